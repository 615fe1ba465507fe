// An account of a few hundred firms with the traps that real ones have, and a file of thousands of
// rows that meets them in every way: new, existing, changed, repeated, bad. Repeatable by its seed.
import { pick, seededRandom, type Random } from '../../../src/sandbox/world/seeded-random.js';
import type { World } from '../../support/engine-world.js';
import { csvOf, cvrOf, eanOf, phoneOf } from '../../support/made-up.js';

export type Row = Readonly<Partial<Record<string, string>>>;

const COLUMNS = [
  ...['id', 'name', 'email', 'phone', 'address', 'city', 'zipcode', 'country'],
  ...['vatNo', 'contactNo', 'ean', 'type', 'isArchived'],
];
const KEYS = ['contactNo', 'ean', 'vatNo', 'email'] as const;
const PLACES = [
  ['5000', 'Odense C'],
  ['8000', 'Aarhus C'],
  ['9000', 'Aalborg'],
  ['6760', 'Ribe'],
] as const;

/** A contact as its export would show it, and what a file cannot say about it. */
interface Firm {
  readonly cells: Row;
  readonly isCustomer: boolean;
  readonly otherEmail: string | null;
}

/** One trait each by the number's rest, so that traits meet in many ways. */
function firmOf(no: number, random: Random): Firm {
  const isPublic = no % 20 < 3;
  const [zipcode, city] = pick(random, PLACES);
  const contactNo = no % 25 === 24 ? String(1000 + no - 1) : no % 10 === 9 ? '' : String(1000 + no);
  const emails = [`firma${String(no)}@firma.example`, 'revisor@revision.example', ''] as const;
  const cells: Row = {
    name: `Firma ${String(no)} A/S`,
    email: emails[no % 7 === 5 ? 1 : no % 11 === 10 ? 2 : 0],
    phone: no % 6 === 1 ? '' : phoneOf(no),
    address: no % 4 === 1 ? '' : `Bygade ${String(no)}`,
    city,
    zipcode,
    country: 'DK',
    vatNo: isPublic ? cvrOf(Math.floor(no / 20)) : no % 9 === 8 ? '' : cvrOf(1000 + no),
    contactNo,
    ean: isPublic ? eanOf(no) : '',
    type: no % 13 === 12 ? 'person' : 'company',
    isArchived: String(no % 15 === 4),
  };
  const otherEmail = no % 8 === 3 ? `anden${String(no)}@firma.example` : null;
  return { cells, isCustomer: no % 15 !== 9, otherEmail };
}

function plantFirm(world: World, { cells, isCustomer, otherEmail }: Firm): Row {
  const blankToNull = (name: string): string | null =>
    cells[name] === '' ? null : (cells[name] ?? null);
  const persons = [blankToNull('email'), otherEmail].filter((email) => email !== null);
  const changes = {
    ...{ name: cells['name'], countryId: 'DK', type: cells['type'] },
    ...{ phone: blankToNull('phone'), street: blankToNull('address') },
    ...{ cityText: cells['city'], zipcodeText: cells['zipcode'] },
    ...{ registrationNo: blankToNull('vatNo'), contactNo: blankToNull('contactNo') },
    ...{ ean: blankToNull('ean'), isArchived: cells['isArchived'] === 'true' },
    ...{ isCustomer, isSupplier: !isCustomer },
    contactPersons: persons.map((email, index) => ({
      ...{ name: `Person ${String(index)}`, email, isPrimary: index === 0 },
    })),
  };
  const { id } = world.sandbox.control.thirdParty({ action: 'create-contact', changes });
  return { ...cells, id };
}

/** Plants the firms; their cells, ids included. */
export function plantFirms(world: World, count: number, seed: number): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, no) => plantFirm(world, firmOf(no, random)));
}

interface Making {
  readonly random: Random;
  readonly firms: readonly Row[];
  /** Rows so far. */
  readonly rows: readonly Row[];
  /** Of this row; tells new things apart. */
  readonly no: number;
}

function newRow({ random, no }: Making): Row {
  const mark = String(no);
  const [zipcode, city] = pick(random, PLACES);
  const basis = { name: `Ny ${mark} ApS`, city, zipcode };
  const keys = {
    contactNo: { contactNo: `N${mark}` },
    ean: { ean: eanOf(100_000 + no) },
    vatNo: { vatNo: cvrOf(100_000 + no) },
    email: { email: `ny${mark}@ny.example` },
  };
  const kind = Math.floor(random() * 6);
  if (kind === 5) return basis;
  const key = KEYS[kind];
  return key === undefined
    ? { ...basis, ...keys.contactNo, ...keys.email, ...keys.vatNo }
    : { ...basis, ...keys[key] };
}

/** Written as people write it. */
function respelled(vatNo: string, random: Random): string {
  const spaced = vatNo.replace(/(..)(..)(..)(..)/, '$1 $2 $3 $4');
  return pick(random, [vatNo, `DK${vatNo}`, `dk ${spaced}`, spaced, `DK-${vatNo}`]);
}

/** What the file knows of a firm: all cells, or a few, found by its id or by some of its keys. */
function sameRow({ random, firms }: Making): Row {
  const { id, ...cells } = pick(random, firms);
  const { name, vatNo = '' } = cells;
  const spelled = vatNo === '' ? {} : { vatNo: respelled(vatNo, random) };
  if (random() < 0.3) return { ...cells, ...spelled, id };
  if (random() < 0.5) return { ...cells, ...spelled };
  const key = pick(random, KEYS);
  const shown = pick(random, ['city', 'phone', 'address'] as const);
  return { name, [shown]: cells[shown], [key]: key === 'vatNo' ? spelled.vatNo : cells[key] };
}

function changed(row: Row, { random, no }: Making): Row {
  const mark = String(no);
  const change = pick(random, [
    { city: `By ${mark}` },
    { phone: phoneOf(50_000 + no) },
    { address: `Ny Vej ${mark}`, name: `Omdøbt ${mark}` },
    { email: `skiftet${mark}@ny.example` },
    { contactNo: `S${mark}` },
    { isArchived: 'ja' },
    { type: 'person', country: 'Sverige', zipcode: '' },
  ]);
  return { ...row, ...change };
}

function repeatedRow(making: Making): Row {
  const { random, rows, no } = making;
  const recent = rows.slice(random() < 0.5 ? -40 : 0);
  const earlier = recent.length === 0 ? newRow(making) : pick(random, recent);
  return random() < 0.5 ? earlier : changed(earlier, { ...making, no });
}

const BAD: readonly ((mark: string, firm: Row) => Row)[] = [
  (mark) => ({ name: '', contactNo: `B${mark}` }),
  (mark) => ({ name: `Skæv ${mark}`, email: 'ikke en mail' }),
  (mark, firm) => ({ name: firm['name'], contactNo: firm['contactNo'], country: `Utopia ${mark}` }),
  (mark) => ({ name: `Ukendt ${mark}`, id: `ukendt${mark}` }),
  (mark, firm) => ({ name: firm['name'], id: firm['id'], type: `stiftelse ${mark}` }),
  (mark) => ({ name: `Måske ${mark}`, isArchived: 'måske' }),
];

/** One firm has several records under its number, another an accountant's address and no more. */
function ambiguousRow({ random, firms, no }: Making): Row {
  const shared = firms.filter((_, index) => index % 25 === 24);
  return random() < 0.5
    ? { name: `Tvilling ${String(no)}`, contactNo: pick(random, shared)['contactNo'] }
    : { name: `Revisors kunde ${String(no)}`, email: 'revisor@revision.example' };
}

/** A firm gets the number or the address of another, which other rows look for. */
function rekeyedRow({ random, firms }: Making): Row {
  const [one, other] = [pick(random, firms), pick(random, firms)];
  const key = pick(random, ['contactNo', 'email'] as const);
  return { id: one['id'], name: one['name'], [key]: other[key] };
}

type Kind = readonly [share: number, make: (making: Making) => Row];

/** In percent; what is left are new rows. */
const KINDS: readonly Kind[] = [
  [28, sameRow],
  [15, (making) => changed(sameRow(making), making)],
  [14, repeatedRow],
  [14, ({ random, firms, no }) => pick(random, BAD)(String(no), pick(random, firms))],
  [6, ambiguousRow],
  [3, rekeyedRow],
];

function madeRow(making: Making): Row {
  let left = making.random() * 100;
  for (const [share, make] of KINDS) {
    left -= share;
    if (left < 0) return make(making);
  }
  return newRow(making);
}

/** A file of `count` rows about these firms. */
export function mixedCsv(firms: readonly Row[], count: number, seed: number): string {
  const random = seededRandom(seed);
  const rows: Row[] = [];
  for (let no = 0; no < count; no += 1) rows.push(madeRow({ random, firms, rows, no }));
  return csvOf(COLUMNS, rows);
}
