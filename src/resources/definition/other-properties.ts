/**
 * The further properties of a record: the writable ones beside the fields of rows. They are recognized by
 * exclusion, so that an edit of a property unknown to this program counts as an edit.
 */
import type { Json, RecordImage } from '../../model/record.js';

/** The known facts about the further properties of one kind of record. */
export interface OthersRule {
  /** Names of properties that Billy makes by itself. A change of them is not an edit. */
  readonly serverMade: readonly string[];
  /** Properties that are writable according to Billy's page or to clients that write them. */
  readonly writable: readonly string[];
  /** Values that Billy fills in by itself. They count as empty. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** Properties that are compared, but cannot be sent when the record is recreated. */
  readonly unsendable?: readonly string[];
}

export type Others = Readonly<Record<string, Json>>;

/** A record or child with its further properties. Absent: it has none. */
export interface WithOthers {
  readonly others?: Others;
}

/**
 * Names of properties that the server makes on every kind of record.
 * - `id`, `organizationId`: fixed at the creation (billy-api.md sections 1 and 6).
 * - `_clientId`: the server echoes it and does not keep it (section 2.1). Other names with an underscore
 *   first are taken for such echoes too.
 * - `accessCode`: made by the server (section 6.1).
 */
const SERVER_NAMES = new Set(['id', 'organizationId', 'accessCode']);

/**
 * Forms of the names of properties that the server makes.
 * - `...Time`: createdTime, updatedTime, approvedTime, deletedTime (section 6).
 * - `...Url` and its synonyms: `downloadUrl` changes on every read (section 6.5), `imageUrl` follows
 *   `imageId`.
 * - `...Ids`: the ids of children that a sideload adds (section 2.3).
 * - balances and totals: Billy computes them from other records (sections 6.5 and 12, A9).
 * - counters, versions and check sums: no page names one; a server that has them writes them itself.
 */
const SERVER_FORMS: readonly RegExp[] = [
  /^_/,
  /(?:^t|T)imestamp$|(?:^t|T)ime$|[a-z]At$/,
  /(?:^u|U)r[il]$|(?:^l|L)ink$|(?:^h|H)ref$/,
  /Ids$/,
  /(?:^b|B)alance$|(?:^t|T)otal$|^(?:balance|total)[A-Z]/,
  /(?:^c|C)ount(?:er)?$|(?:^v|V)ersion$|(?:^r|R)evision$|(?:^e|E)tag$|(?:^h|H)ash$|(?:^c|C)hecksum$/,
];

/** The server makes links, under any name: no page documents a writable link. */
const LINK = /^https?:\/\//i;

/** The names come from Billy. No kind of record has more names than this. */
const NAMES_KEPT = 1000;

type Standing = 'ignored' | 'writable' | 'unknown';

function standingOf(name: string, rule: OthersRule, own: ReadonlySet<string>): Standing {
  if (own.has(name) || rule.serverMade.includes(name)) return 'ignored';
  if (rule.writable.includes(name)) return 'writable';
  const isServers = SERVER_NAMES.has(name) || SERVER_FORMS.some((form) => form.test(name));
  return isServers ? 'ignored' : 'unknown';
}

function isScalar(value: unknown): value is string | number | boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'boolean';
}

/** The value to keep; null: it is empty, or an included record, which is an object or a list of objects. */
function keptValue(value: unknown, standing: Standing): Json {
  if (typeof value === 'string' && standing === 'unknown' && LINK.test(value)) return null;
  if (isScalar(value)) return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  const members: unknown[] = value;
  return members.every(isScalar) ? members : null;
}

/** The value in one spelling: Billy may send numbers as numeric texts (billy-api.md section 6). */
function plainly(value: Json | undefined): string {
  return value === undefined || value === null ? '' : JSON.stringify([value].flat().map(String));
}

function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return plainly(left) === plainly(right);
}

/**
 * Reads the further properties of records of one kind. One reader serves all records, since it remembers the
 * names.
 */
export class OthersReader {
  readonly #rule: OthersRule;
  readonly #own: ReadonlySet<string>;
  readonly #standings = new Map<string, Standing>();

  /** `own`: properties that the image keeps in other places. */
  constructor(rule: OthersRule, own: readonly string[]) {
    this.#rule = rule;
    this.#own = new Set(own);
  }

  /** The further properties that are not empty; an empty object where there are none. */
  read(record: Readonly<Record<string, unknown>>): WithOthers {
    let others: Record<string, Json> | null = null;
    for (const name in record) {
      const held = record[name];
      // Most properties of most records: a list has a hundred thousand of them.
      if (held === null || held === '' || held === false) continue;
      const standing = this.#standingOf(name);
      if (standing === 'ignored') continue;
      const value = keptValue(held, standing);
      if (value === null || sameJson(value, this.#rule.defaults?.[name])) continue;
      others ??= {};
      others[name] = value;
    }
    return others === null ? {} : { others };
  }

  #standingOf(name: string): Standing {
    const known = this.#standings.get(name);
    if (known !== undefined) return known;
    const standing = standingOf(name, this.#rule, this.#own);
    if (this.#standings.size < NAMES_KEPT) this.#standings.set(name, standing);
    return standing;
  }
}

/** Names of the further properties that differ. An absent one equals an empty one. */
export function differingOthers(left: WithOthers, right: WithOthers): string[] {
  if (left.others === undefined && right.others === undefined) return [];
  const names = new Set([...Object.keys(left.others ?? {}), ...Object.keys(right.others ?? {})]);
  return [...names].filter((name) => !sameJson(left.others?.[name], right.others?.[name]));
}

/** Names of the further properties that no page documents and no known client writes. */
export function unknownNames({ others }: WithOthers, rule: OthersRule | undefined): string[] {
  return Object.keys(others ?? {}).filter((name) => rule?.writable.includes(name) !== true);
}

/**
 * The record as our create left it, without later edits by people: their properties are those that are
 * writable, that Billy does not fill in, and that no row has.
 */
export function asCreated(image: RecordImage, rule: OthersRule | undefined): RecordImage {
  if (image.others === undefined || rule === undefined) return image;
  const { others, ...rest } = image;
  const left = Object.entries(others).filter(([name]) => !rule.writable.includes(name));
  return left.length === 0 ? rest : { ...rest, others: Object.fromEntries(left) };
}

/** The further properties that can be sent when the record is recreated. */
export function sendableOthers(
  { others }: WithOthers,
  rule: OthersRule | undefined,
  without: ReadonlySet<string>,
): Others {
  const isSent = ([name]: [string, Json]): boolean =>
    !without.has(name) && rule?.unsendable?.includes(name) !== true;
  return Object.fromEntries(Object.entries(others ?? {}).filter(isSent));
}
