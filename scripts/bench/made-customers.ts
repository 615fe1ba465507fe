/** Made-up Danish companies, the same on every run, as many as are asked for: no two with one number or e-mail. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { DIALECTS } from '../../src/files/cells/dialects.js';
import { formatCsvRow } from '../../src/files/csv/writer.js';
import type { ContactContent } from '../../src/sandbox/world/fingerprint.js';
import { pick, seededRandom, type Random } from '../../src/sandbox/world/seeded-random.js';
import { cvrOf } from '../../test/support/made-up.js';

/** The columns of the template. */
const COLUMNS = [
  'name',
  'email',
  'phone',
  'address',
  'city',
  'zipcode',
  'country',
  'vatNo',
] as const;
type Customer = Readonly<Record<(typeof COLUMNS)[number], string>>;

const FAMILIES =
  'Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Madsen Kristensen Thomsen Poulsen Møller Mortensen Østergaard Kjær Bæk Nørgaard Søgaard Holm Bjerregård Åkjær Vestergaard Winther Krogh'.split(
    ' ',
  );
const TRADES =
  'Tømrer VVS El Maler Murer Kloak Tagdækning Autoværksted Smedje Glas Gulve Haver Entreprenør Transport Bogføring Revision Rengøring Køkkener Møbler Fisk Blomster Cykler Optik Energi Trykkeri'.split(
    ' ',
  );
const FORMS = ['ApS', 'ApS', 'A/S', 'I/S', ''];
const BOXES = ['kontakt', 'info', 'faktura', 'mail', 'bogholderi'];
const STREETS =
  'Nørregade|Vestergade|Søndergade|Algade|Storegade|Havnegade|Kirkevej|Møllevej|Åboulevarden|Bøgevej|Lærkevej|Industrivej|Håndværkervej|Sønder Allé|Store Kongensgade'.split(
    '|',
  );
const DOORS = ['', '', '', ', st.', ', 1. th', ', 2. tv', 'A'];
const TOWNS =
  '1050 København K|1620 København V|2100 København Ø|2200 København N|2750 Ballerup|2800 Kongens Lyngby|3000 Helsingør|3400 Hillerød|4000 Roskilde|4200 Slagelse|4600 Køge|5000 Odense C|5700 Svendborg|6000 Kolding|6400 Sønderborg|6700 Esbjerg|7100 Vejle|7400 Herning|8000 Aarhus C|8600 Silkeborg|8800 Viborg|8900 Randers C|9000 Aalborg|9800 Hjørring'.split(
    '|',
  );
const COUNTRIES = ['DK', 'DK', 'Danmark', ''];
const LETTERS: Readonly<Record<string, string>> = { æ: 'ae', ø: 'oe', å: 'aa' };

/** Steps through all numbers below the modulus without meeting one twice: neighbours are far apart. */
const CVR_STEP = 1_234_577;
const CVR_MODULUS = 4_000_000;
const CHUNK_ROWS = 1000;

function phoneOf(random: Random): string {
  const pairs = [0, 1, 2, 3].map(() => String(20 + Math.floor(random() * 80)));
  return pick(random, [`+45 ${pairs.join(' ')}`, pairs.join(' '), pairs.join('')]);
}

function nameOf(random: Random): string {
  const [first, second] = [pick(random, FAMILIES), pick(random, FAMILIES)];
  const trade = pick(random, TRADES);
  const names = [
    `${first}s ${trade}`,
    `${first} & ${second} ${trade}`,
    `${first}, ${second} & Søn`,
  ];
  return `${pick(random, names)} ${pick(random, FORMS)}`.trim();
}

function domainOf(name: string, index: number): string {
  const [first = ''] = name.toLowerCase().split(/[ ,]/);
  const plain = first.replace(/[æøå]/g, (letter) => LETTERS[letter] ?? '');
  return `${plain}-${index.toString(36)}.example`;
}

/** Customer number `index`, from 0. */
function customerAt(index: number): Customer {
  const random = seededRandom(index);
  const name = nameOf(random);
  const [zipcode = '', ...city] = pick(random, TOWNS).split(' ');
  return {
    name,
    email: `${pick(random, BOXES)}@${domainOf(name, index)}`,
    phone: phoneOf(random),
    address: `${pick(random, STREETS)} ${String(1 + Math.floor(random() * 180))}${pick(random, DOORS)}`,
    city: city.join(' '),
    zipcode,
    country: pick(random, COUNTRIES),
    vatNo: cvrOf((index * CVR_STEP) % CVR_MODULUS),
  };
}

/** What Billy must hold once the first `count` customers are in it. */
export function* saidByCustomers(count: number): Generator<ContactContent> {
  for (let index = 0; index < count; index += 1) {
    const { name, vatNo, phone, address, zipcode, city, email } = customerAt(index);
    yield [name, vatNo, phone, address, zipcode, city, 'DK', email];
  }
}

/** Writes the first `count` customers as a CSV file. */
export async function writeCustomers(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  out.write(formatCsvRow(COLUMNS, DIALECTS.standard));
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    let chunk = '';
    for (let index = from; index < Math.min(count, from + CHUNK_ROWS); index += 1) {
      const customer = customerAt(index);
      const cells = COLUMNS.map((column) => customer[column]);
      chunk += formatCsvRow(cells, DIALECTS.standard);
    }
    if (!out.write(chunk)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}
