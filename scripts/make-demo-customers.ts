/**
 * Writes demo/customers.csv: 1,000 made-up Danish companies, the same on every run, with seven rows
 * that must fail. Run with `npx tsx scripts/make-demo-customers.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DIALECTS } from '../src/files/cells/dialects.js';
import { formatCsvRow } from '../src/files/csv/writer.js';

const SEED = 20_260_101;
const ROW_COUNT = 1000;
const TARGET = path.resolve(import.meta.dirname, '../demo/customers.csv');

const COLUMNS = [
  'name',
  'email',
  'phone',
  'address',
  'city',
  'zipcode',
  'country',
  'vatNo',
  'contactNo',
] as const;
type Customer = Record<(typeof COLUMNS)[number], string>;

const FAMILIES =
  'Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Østergaard Kjær Bæk Nørgaard Søgaard Lund Holm Skov Bjerregård Frandsen Åkjær Vestergaard Winther Dahl Krogh Schmidt Brandt Iversen Lauridsen'.split(
    ' ',
  );
const TRADES =
  'Tømrer VVS El Maler Murer Kloak Tagdækning Autoværksted Smedje Glas Gulve Haver Entreprenør Transport Bogføring Revision Rengøring Køkkener Møbler Fisk Blomster Cykler Optik Boliger Energi Trykkeri Skilte Data'.split(
    ' ',
  );
const CRAFTS = 'Tømrer Maler Murer Smede Glarmester Gulv Kloak Flytte Vognmands'.split(' ');
const SHOPS =
  'Den Gyldne Ål|Den Blå Ø|Det Søde Liv|Den Røde Hane|Æblehaven|Det Grønne Træ|Den Glade Gås|Kaffe & Kærlighed|Ved Åen|Det Lille Køkken|Havørnen|Smørhullet|Den Hvide Svane|Bølgen|Nordlys|Lærken|Fyrtårnet|Kæden|Mågen|Strandgården'.split(
    '|',
  );
const SHOP_KINDS = 'Café Restaurant Bageri Hotel Galleri Gårdbutik Kro Boghandel'.split(' ');
const FORMS = ['ApS', 'ApS', 'ApS', 'A/S', 'I/S', ''];
const STREETS =
  'Nørregade|Vestergade|Østergade|Søndergade|Algade|Storegade|Havnegade|Kirkevej|Skolevej|Møllevej|Åboulevarden|Bøgevej|Egevej|Lærkevej|Birkevej|Industrivej|Håndværkervej|Ågade|Sønder Allé|Store Kongensgade'.split(
    '|',
  );
const TOWNS =
  '1050 København K|1620 København V|1800 Frederiksberg C|2100 København Ø|2200 København N|2300 København S|2500 Valby|2600 Glostrup|2750 Ballerup|2800 Kongens Lyngby|2900 Hellerup|3000 Helsingør|3400 Hillerød|3460 Birkerød|3700 Rønne|4000 Roskilde|4100 Ringsted|4180 Sorø|4200 Slagelse|4300 Holbæk|4600 Køge|4700 Næstved|4800 Nykøbing F|5000 Odense C|5500 Middelfart|5600 Faaborg|5700 Svendborg|5970 Ærøskøbing|6000 Kolding|6100 Haderslev|6200 Aabenraa|6400 Sønderborg|6700 Esbjerg|6760 Ribe|6950 Ringkøbing|7000 Fredericia|7100 Vejle|7400 Herning|7500 Holstebro|7700 Thisted|7800 Skive|8000 Aarhus C|8200 Aarhus N|8300 Odder|8600 Silkeborg|8660 Skanderborg|8700 Horsens|8800 Viborg|8900 Randers C|9000 Aalborg|9400 Nørresundby|9500 Hobro|9800 Hjørring|9900 Frederikshavn|9990 Skagen'.split(
    '|',
  );
const ABROAD = [
  { zipcode: '211 20', city: 'Malmö', country: 'SE' },
  { zipcode: '411 08', city: 'Göteborg', country: 'SE' },
  { zipcode: '0150', city: 'Oslo', country: 'NO' },
  { zipcode: '24937', city: 'Flensburg', country: 'DE' },
  { zipcode: '20095', city: 'Hamburg', country: 'DE' },
];

/** What is wrong with which row (index from 0): these seven fail, the rest imports. */
const FAULTS: Readonly<Record<number, Partial<Customer>>> = {
  136: { name: '' },
  222: { email: 'kontakt(at)firma.example' },
  401: { name: '' },
  529: { country: 'Atlantis' },
  610: { name: '' },
  748: { email: 'spørg Lone i receptionen' },
  887: { country: '??' },
};

const CVR_WEIGHTS = [2, 7, 6, 5, 4, 3, 2, 1];

/** Mulberry32: small, and the same numbers on every machine. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  /** True in `percent` of 100 cases. */
  happens(percent: number): boolean {
    return this.below(100) < percent;
  }
}

/** Draws until something new comes up. */
function unused(taken: Set<string>, draw: () => string): string {
  let drawn = draw();
  while (taken.has(drawn)) drawn = draw();
  taken.add(drawn);
  return drawn;
}

function companyName(chance: Chance): string {
  const [first, second] = [chance.pick(FAMILIES), chance.pick(FAMILIES)];
  const trade = chance.pick(TRADES);
  const form = chance.pick(FORMS);
  const names = [
    `${first}s ${trade}`,
    `${first} & ${second} ${trade}`,
    `${first}, ${second} & Søn`,
    `${chance.pick(CRAFTS)}firmaet ${first}`,
    `${chance.pick(SHOP_KINDS)} "${chance.pick(SHOPS)}"`,
    `${first} ${second}`,
  ];
  return `${chance.pick(names)} ${form}`.trim();
}

/** Eight digits whose weighted sum is a multiple of 11, the first not 0. */
function cvrNumber(chance: Chance): string {
  for (;;) {
    const digits = Array.from({ length: 7 }, (_none, index) =>
      index === 0 ? 1 + chance.below(9) : chance.below(10),
    );
    const sum = digits.reduce(
      (total, digit, index) => total + digit * (CVR_WEIGHTS[index] ?? 0),
      0,
    );
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return [...digits, check].join('');
  }
}

function domainOf(name: string): string {
  const letters: Readonly<Record<string, string>> = { æ: 'ae', ø: 'oe', å: 'aa', é: 'e' };
  const plain = name.toLowerCase().replace(/[æøåé]/g, (letter) => letters[letter] ?? '');
  return `${plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}.example`;
}

function phoneNumber(chance: Chance): string {
  const pairs = [20 + chance.below(79), ...[0, 0, 0].map(() => chance.below(100))];
  const digits = pairs.map((pair) => String(pair).padStart(2, '0'));
  return chance.pick([`+45 ${digits.join(' ')}`, digits.join(' '), digits.join('')]);
}

function address(chance: Chance): string {
  const door = chance.pick(['', '', '', ', st.', ', 1. th', ', 2. tv', ', 3.', 'A', 'B']);
  return `${chance.pick(STREETS)} ${1 + chance.below(180)}${door}`;
}

function place(chance: Chance): Pick<Customer, 'zipcode' | 'city' | 'country'> {
  if (chance.happens(2)) return chance.pick(ABROAD);
  const [zipcode = '', ...city] = chance.pick(TOWNS).split(' ');
  return { zipcode, city: city.join(' '), country: chance.pick(['DK', 'DK', 'Danmark', '']) };
}

function makeCustomers(chance: Chance): Customer[] {
  const names = new Set<string>();
  const domains = new Set<string>();
  const cvrNumbers = new Set<string>();
  return Array.from({ length: ROW_COUNT }, (_none, index) => {
    let name = '';
    const domain = unused(domains, () => {
      name = unused(names, () => companyName(chance));
      return domainOf(name);
    });
    const where = place(chance);
    const isDanish = !ABROAD.some(({ country }) => country === where.country);
    return {
      name,
      email: `${chance.pick(['kontakt', 'info', 'faktura', 'mail', 'bogholderi'])}@${domain}`,
      phone: isDanish && !chance.happens(5) ? phoneNumber(chance) : '',
      address: address(chance),
      ...where,
      vatNo: isDanish ? unused(cvrNumbers, () => cvrNumber(chance)) : '',
      contactNo: `K${1001 + index}`,
      ...FAULTS[index],
    };
  });
}

const customers = makeCustomers(new Chance(SEED));
const rows = [COLUMNS, ...customers.map((customer) => COLUMNS.map((column) => customer[column]))];
mkdirSync(path.dirname(TARGET), { recursive: true });
writeFileSync(TARGET, rows.map((row) => formatCsvRow(row, DIALECTS.standard)).join(''));
process.stdout.write(`${customers.length} rows written to ${TARGET}\n`);
