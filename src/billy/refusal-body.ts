/**
 * Reads the body of a refusal: whether it comes from Billy, the records and fields it names, and the reason
 * (billy-api.md sections 2.4 and 12). No decision depends on the words of a text.
 */
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Billy's texts about one sent record, cut to length. */
export interface Rejection {
  readonly message: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The records of a request by their `_clientId`. */
export interface SentIds {
  /** Every `_clientId` in the body, the record's own first. */
  readonly clientIds?: readonly string[];
  /** The `_clientId` of the only record sent, which the whole refusal is about; null if several were sent. */
  readonly aloneId?: string | null;
}

const ATTRIBUTES_MAX = 50;
const MESSAGES_MAX = 10;
/** The depth to which a line's or person's texts may be nested in the texts of their record. */
const DEPTH_MAX = 4;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True if the body has an `errorCode`. Every recorded refusal of Billy had one; a proxy's has none. */
export function hasCode(body: JsonObject | null): boolean {
  return typeof body?.['errorCode'] === 'string';
}

/** True if the body has the form of a Billy error. */
export function isErrorBody(body: JsonObject | null): boolean {
  const meta = body?.['meta'];
  return (
    hasCode(body) ||
    (isObject(meta) && meta['success'] === false) ||
    typeof body?.['errorMessage'] === 'string' ||
    isObject(body?.['validationErrors'])
  );
}

/** True if the body blames the sent record or one of its fields. */
export function blamesRecord(body: JsonObject | null): boolean {
  return body?.['errorCode'] === 'INVALID_RECORD' || entriesOf(body).length > 0;
}

/** Refused fields by wire name, the record's own before those of its children. */
export function attributesOf(body: JsonObject | null, sent: SentIds): Record<string, string> {
  return Object.fromEntries(textsInBody(body, sent).attributes);
}

/**
 * Billy's own reason for the refusal, cut to length: the texts about fields, else those about records,
 * else the one about the request; '' if there is none.
 */
export function reasonOf(body: JsonObject | null, sent: SentIds): string {
  return reasonFrom(textsInBody(body, sent), generalOf(body));
}

/** The text about the whole request; '' if there is none. */
export function generalOf(body: JsonObject | null): string {
  const text = body?.['errorMessage'];
  return typeof text === 'string' ? clip(text, LIMITS.fieldCharsMax) : '';
}

/** Rejections by sent `_clientId`. Entries under other keys count only if a single record was sent. */
export function rejectedOf(
  body: JsonObject | null,
  { clientIds = [], aloneId = null }: SentIds,
): ReadonlyMap<string, Rejection> {
  const entries = entriesOf(body);
  const byKey = new Map(entries);
  const known = new Set(clientIds);
  const rejected = new Map<string, Rejection>();
  for (const clientId of clientIds) {
    const isOwn = ([key]: Entry): boolean => key === clientId || !known.has(key);
    const own = byKey.has(clientId) ? [byKey.get(clientId)] : [];
    const values = clientId === aloneId ? entries.filter(isOwn).map(valueOf) : own;
    if (values.length > 0) rejected.set(clientId, rejectionOf(values, generalOf(body)));
  }
  return rejected;
}

/** Merges the rejections of a record and its children into one; `reason` is '' if they give none. */
export function joined(
  rejections: readonly Rejection[],
  general: string,
): { attributes: Record<string, string>; reason: string } {
  const attributes = new Map<string, string>();
  for (const rejection of rejections) addNew(attributes, Object.entries(rejection.attributes));
  const messages = rejections.flatMap(({ message }) => (message === null ? [] : [message]));
  const reason = reasonFrom({ attributes, messages }, general);
  return { attributes: Object.fromEntries(attributes), reason };
}

type Entry = readonly [string, unknown];

/** The texts found so far, in order, without repeats. */
interface FoundTexts {
  readonly attributes: Map<string, string>;
  readonly messages: string[];
  /** The number of parts of the body that may still be read. */
  partsLeft: number;
}

function valueOf([, value]: Entry): unknown {
  return value;
}

/** Caches the entries of a body, which are read several times and may be very many. */
const ENTRIES = new WeakMap<JsonObject, readonly Entry[]>();

function entriesOf(body: JsonObject | null): readonly Entry[] {
  const errors = body?.['validationErrors'];
  if (!isObject(errors)) return [];
  const known = ENTRIES.get(errors);
  if (known !== undefined) return known;
  const entries = Object.entries(errors).slice(0, LIMITS.refusalPartsMax);
  ENTRIES.set(errors, entries);
  return entries;
}

function rejectionOf(entries: readonly unknown[], general: string): Rejection {
  const found = textsIn(entries);
  const message = messageFrom(found.messages, general);
  return {
    message: message === '' ? null : message,
    attributes: Object.fromEntries(found.attributes),
  };
}

/** Texts under our own `_clientId`s come first. If Billy uses none of them, all texts count. */
function textsInBody(
  body: JsonObject | null,
  { clientIds = [], aloneId = null }: SentIds,
): FoundTexts {
  const entries = entriesOf(body);
  const byKey = new Map(entries);
  const known = clientIds.filter((id) => byKey.has(id));
  if (known.length === 0) return textsIn(entries.map(valueOf));
  const sent = new Set(known);
  const others = aloneId === null ? [] : entries.filter(([key]) => !sent.has(key));
  return textsIn([...known.map((id) => byKey.get(id)), ...others.map(valueOf)]);
}

function textsIn(entries: readonly unknown[]): FoundTexts {
  const partsLeft = LIMITS.refusalPartsMax;
  const found: FoundTexts = { attributes: new Map(), messages: [], partsLeft };
  for (const entry of entries) gather(entry, found, 0);
  return found;
}

/** Billy may blame a line or a person under any key, and inside of its parent's entry. */
function gather(entry: unknown, found: FoundTexts, depth: number): void {
  found.partsLeft -= 1;
  if (found.partsLeft < 0) return;
  if (typeof entry === 'string') addMessage(entry, found);
  else if (depth > DEPTH_MAX) return;
  else if (Array.isArray(entry)) for (const each of entry) gather(each, found, depth + 1);
  else if (isObject(entry)) {
    const { message, attributes, ...others } = entry;
    if (typeof message === 'string') addMessage(message, found);
    if (isObject(attributes)) addNew(found.attributes, namedTexts(attributes));
    for (const other of Object.values(others)) {
      if (typeof other === 'object') gather(other, found, depth + 1);
    }
  }
}

function addMessage(text: string, { messages }: FoundTexts): void {
  if (messages.length >= MESSAGES_MAX) return;
  const message = clip(text, LIMITS.fieldCharsMax);
  if (message !== '' && !messages.includes(message)) messages.push(message);
}

function namedTexts(attributes: JsonObject): [string, string][] {
  const first = Object.entries(attributes).slice(0, ATTRIBUTES_MAX);
  return first.map(([field, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [clip(field, LIMITS.fieldCharsMax), clip(text, LIMITS.fieldCharsMax)];
  });
}

/** If a field has several texts, the first one stays. */
function addNew(known: Map<string, string>, more: readonly (readonly [string, string])[]): void {
  for (const [name, text] of more) {
    if (known.size < ATTRIBUTES_MAX && !known.has(name)) known.set(name, text);
  }
}

function reasonFrom(
  { attributes, messages }: Omit<FoundTexts, 'partsLeft'>,
  general: string,
): string {
  const named = [...attributes].filter(([, text]) => text !== '' && text !== 'null');
  const [only] = named;
  if (only === undefined) return messageFrom(messages, general) || general;
  if (named.length === 1) return only[1];
  return clip(named.map(([field, text]) => `${field}: ${text}`).join('; '), LIMITS.fieldCharsMax);
}

/** A message that only repeats the text about the request is left out, unless there is no other. */
function messageFrom(messages: readonly string[], general: string): string {
  const specific = messages.filter((message) => message !== general);
  const chosen = specific.length > 0 ? specific : messages.slice(0, 1);
  return clip(chosen.join('; '), LIMITS.fieldCharsMax);
}
