/** Danish words for made-up companies, people, places and goods. None of them is real. */

export const FIRST_NAMES: readonly string[] = [
  'Søren',
  'Mette',
  'Åse',
  'Jørgen',
  'Birgitte',
  'Øjvind',
  'Freja',
  'Rasmus',
  'Ægir',
  'Kirsten',
  'Malthe',
  'Sørine',
  'Niels',
  'Ane',
  'Bodil',
  'Asbjørn',
];

export const LAST_NAMES: readonly string[] = [
  'Kjærgaard',
  'Møller',
  'Østergaard',
  'Åberg',
  'Sørensen',
  'Bæk',
  'Nørskov',
  'Lund',
  'Højgaard',
  'Ravn',
  'Skovgaard',
  'Præst',
  'Thygesen',
  'Vestergård',
];

export const TRADES: readonly string[] = [
  'Tømrer',
  'VVS',
  'Køkkener',
  'Smørrebrød',
  'Rengøring',
  'Bogføring',
  'Havemøbler',
  'Gartneri',
  'Malerfirma',
  'Cykler',
  'Vinimport',
  'Blomster',
  'Rådgivning',
  'Transport',
];

export const COMPANY_FORMS: readonly string[] = ['ApS', 'A/S', 'I/S', 'IVS', 'K/S', '& Søn'];

export const STREETS: readonly string[] = [
  'Ærøgade',
  'Søndergade',
  'Nørrebrogade',
  'Åboulevarden',
  'Møllevej',
  'Strandvejen',
  'Kirkestræde',
  'Havnegade',
  'Østre Allé',
  'Skovbrynet',
];

export const PLACES: readonly (readonly [zipcode: string, city: string])[] = [
  ['1620', 'København V'],
  ['2100', 'København Ø'],
  ['8000', 'Aarhus C'],
  ['5000', 'Odense C'],
  ['9000', 'Aalborg'],
  ['4600', 'Køge'],
  ['6700', 'Esbjerg'],
  ['7100', 'Vejle'],
  ['8800', 'Viborg'],
  ['3700', 'Rønne'],
  ['5970', 'Ærøskøbing'],
  ['4220', 'Korsør'],
];

export const FOREIGN_PLACES: readonly (readonly [string, string, string])[] = [
  ['SE', '21120', 'Malmö'],
  ['NO', '0150', 'Oslo'],
  ['DE', '24103', 'Kiel'],
  ['GB', 'EC1A 1BB', 'London'],
  ['US', '80209', 'Denver'],
];

export const GOODS: readonly string[] = [
  'Havelåge',
  'Kontorstol',
  'Rørtang',
  'Kaffebønner',
  'Sæbe',
  'Bænk',
  'Lampe',
  'Skærebræt',
  'Rådgivningstime',
  'Kørsel',
  'Blækpatron',
  'Tæppe',
];

export const QUALITIES: readonly string[] = [
  'grøn',
  'stor',
  'håndlavet',
  'økologisk',
  'sort',
  'ekstra stærk',
  'blå',
  'klassisk',
];
