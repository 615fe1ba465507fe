/** Adds made-up contacts: the same number with the same seed is always the same contact. */
import type { SandboxUnknowns } from '../world/options.js';
import { legacyId, pick, seededRandom, uuidId, type Random } from '../world/seeded-random.js';
import { datetimeText, type World } from '../world/world.js';
import { addRecord } from './add-record.js';
import {
  COMPANY_FORMS,
  FIRST_NAMES,
  FOREIGN_PLACES,
  LAST_NAMES,
  PLACES,
  STREETS,
  TRADES,
} from './words.js';

const FIRST_CREATED_MS = Date.UTC(2023, 0, 2, 8);
const MINUTE_MS = 60_000;
/** Separates the random streams of contacts and products with the same number. */
const STREAM = 1_000_003;

/** True for one in `every` numbers; different offsets give the traits to different contacts. */
function isEvery(number: number, every: number, offset: number): boolean {
  return number % every === offset;
}

function personName(random: Random): string {
  return `${pick(random, FIRST_NAMES)} ${pick(random, LAST_NAMES)}`;
}

function companyName(random: Random): string {
  return `${pick(random, LAST_NAMES)}s ${pick(random, TRADES)} ${pick(random, COMPANY_FORMS)}`;
}

/** A registration number in one of the usual spellings: plain, with the country, with spaces. */
function registrationNo(number: number, random: Random): string {
  const digits = String(10_000_000 + ((number * 7919) % 89_999_999));
  const style = Math.floor(random() * 4);
  if (style === 0) return `DK${digits}`;
  return style === 1 ? digits.replace(/(..)(..)(..)(..)/, '$1 $2 $3 $4') : digits;
}

function phone(random: Random): string {
  const pairs = Array.from({ length: 4 }, () => String(20 + Math.floor(random() * 80)));
  return random() < 0.5 ? `+45 ${pairs.join(' ')}` : pairs.join('');
}

function address(number: number, random: Random): Record<string, unknown> {
  const street = `${pick(random, STREETS)} ${String(1 + Math.floor(random() * 180))}`;
  if (isEvery(number, 12, 5)) {
    const [countryId, zipcodeText, cityText] = pick(random, FOREIGN_PLACES);
    return { street, zipcodeText, cityText, countryId };
  }
  const [zipcodeText, cityText] = pick(random, PLACES);
  return { street, zipcodeText, cityText, countryId: 'DK' };
}

function contactValues(number: number, random: Random): Record<string, unknown> {
  const isPerson = isEvery(number, 8, 7);
  return {
    ...address(number, random),
    createdTime: datetimeText(FIRST_CREATED_MS + number * 37 * MINUTE_MS),
    type: isPerson ? 'person' : 'company',
    name: isPerson ? personName(random) : companyName(random),
    contactNo: isEvery(number, 10, 9) ? null : String(10_001 + number),
    phone: phone(random),
    registrationNo: isPerson ? null : registrationNo(number, random),
    ean: isEvery(number, 25, 3) ? String(5_790_000_000_000 + number * 13) : null,
    isCustomer: !isEvery(number, 15, 4),
    isSupplier: isEvery(number, 15, 4) || isEvery(number, 30, 11),
    isArchived: isEvery(number, 40, 21),
    accessCode: uuidId(random).slice(0, 16),
  };
}

function addPersons(
  world: World,
  contact: { id: string; organizationId: string; number: number },
  random: Random,
): void {
  const { number, organizationId } = contact;
  const count = isEvery(number, 7, 6) ? 0 : isEvery(number, 5, 2) ? 2 : 1;
  for (let index = 0; index < count; index += 1) {
    const name = personName(random);
    const values = {
      contactId: contact.id,
      isPrimary: index === 0,
      name,
      email: `kontakt${String(number)}${index === 0 ? '' : 'b'}@firma.example`,
    };
    addRecord(world, { collection: 'contactPersons', organizationId, values });
  }
}

const BLANK = { cityText: null, zipcodeText: null, stateText: null };

/** Places by reference: some Danish contacts have a city id, some abroad all ids (billy-api.md section 12, A7). */
function placeByReference(number: number): Record<string, unknown> {
  if (isEvery(number, 24, 10)) {
    const place = { cityId: 'us_co_denver', zipcodeId: 'us_80209', stateId: 'us_co' };
    return { ...BLANK, ...place, countryId: 'US' };
  }
  if (isEvery(number, 6, 1)) {
    return { ...BLANK, cityId: 'dk_aalborg', zipcodeText: '9000', countryId: 'DK' };
  }
  return {};
}

/** Adds contact number `number` (from 0) with its persons; some have ids from Billy's first version. */
export function addContact(
  world: World,
  organizationId: string,
  { seed, number, unknowns }: { seed: number; number: number; unknowns: SandboxUnknowns },
): void {
  const random = seededRandom(seed + STREAM * (number + 1));
  const id = isEvery(number, 9, 8) ? legacyId(random) : world.newId();
  const place = unknowns.cityReferences === 'some' ? placeByReference(number) : {};
  const values = { ...contactValues(number, random), ...place };
  addRecord(world, { collection: 'contacts', id, organizationId, values });
  addPersons(world, { id, organizationId, number }, random);
}
