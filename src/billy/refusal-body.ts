/**
 * What the body of a refusal says: that it is Billy's, which records and fields it names, and why
 * (billy-api.md sections 2.4 and 12). Nothing here decides by the words of a text.
 */
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a refusal says of one record that was sent, in Billy's texts, cut to length. */
export interface Rejection {
  readonly message: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The records of a request by their `_clientId`. */
export interface SentIds {
  /** Every `_clientId` in the body, the record's own first. */
  readonly clientIds?: readonly string[];
  /** Of the one record that was sent: all that a refusal says is about it. null: there are several. */
  readonly aloneId?: string | null;
}

const ATTRIBUTES_MAX = 50;
const MESSAGES_MAX = 10;
/** How deep what Billy says of a line or a person may lie inside of what it says of the record. */
const DEPTH_MAX = 4;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** It carries a code of Billy's, as every refusal did that was recorded: what stands before Billy has none. */
export function hasCode(body: JsonObject | null): boolean {
  return typeof body?.['errorCode'] === 'string';
}

/** An error of Billy's, as far as its form tells. */
export function isErrorBody(body: JsonObject | null): boolean {
  const meta = body?.['meta'];
  return (
    hasCode(body) ||
    (isObject(meta) && meta['success'] === false) ||
    typeof body?.['errorMessage'] === 'string' ||
    isObject(body?.['validationErrors'])
  );
}

/** The body blames what was sent: a record, or a field of it. */
export function blamesRecord(body: JsonObject | null): boolean {
  return body?.['errorCode'] === 'INVALID_RECORD' || entriesOf(body).length > 0;
}

/** Refused fields by wire name, the record's own before those of its children. */
export function attributesOf(body: JsonObject | null, sent: SentIds): Record<string, string> {
  return Object.fromEntries(saidInAll(body, sent).attributes);
}

/**
 * Why Billy refused, in its own words and cut to length: the texts about fields, else those about
 * records, else the one about the request. '': it does not say.
 */
export function reasonOf(body: JsonObject | null, sent: SentIds): string {
  return reasonFrom(saidInAll(body, sent), generalOf(body));
}

/** The text about the request as such; '': there is none. */
export function generalOf(body: JsonObject | null): string {
  const text = body?.['errorMessage'];
  return typeof text === 'string' ? clip(text, LIMITS.fieldCharsMax) : '';
}

/** By each sent `_clientId` that is named: what is said of it. Other keys name nobody, unless one record was sent. */
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
    const said = clientId === aloneId ? entries.filter(isOwn).map(valueOf) : own;
    if (said.length > 0) rejected.set(clientId, rejectionOf(said, generalOf(body)));
  }
  return rejected;
}

/** What is said of a record and its children, as a refusal of that record alone says it; `reason` '': nothing. */
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

/** What was found of texts, in order, without repeats. */
interface Said {
  readonly attributes: Map<string, string>;
  readonly messages: string[];
  /** Parts of the body that may still be read. */
  partsLeft: number;
}

function valueOf([, value]: Entry): unknown {
  return value;
}

/** Entries of a body are asked for several times, and may be very many. */
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
  const said = saidIn(entries);
  const message = messageFrom(said.messages, general);
  return {
    message: message === '' ? null : message,
    attributes: Object.fromEntries(said.attributes),
  };
}

/** Our own names first; where Billy uses none of them, all of it belongs to what was sent. */
function saidInAll(body: JsonObject | null, { clientIds = [], aloneId = null }: SentIds): Said {
  const entries = entriesOf(body);
  const byKey = new Map(entries);
  const known = clientIds.filter((id) => byKey.has(id));
  if (known.length === 0) return saidIn(entries.map(valueOf));
  const sent = new Set(known);
  const others = aloneId === null ? [] : entries.filter(([key]) => !sent.has(key));
  return saidIn([...known.map((id) => byKey.get(id)), ...others.map(valueOf)]);
}

function saidIn(entries: readonly unknown[]): Said {
  const partsLeft = LIMITS.refusalPartsMax;
  const said: Said = { attributes: new Map(), messages: [], partsLeft };
  for (const entry of entries) gather(entry, said, 0);
  return said;
}

/** A line or a person may be blamed under any key, and inside of its parent's entry. */
function gather(entry: unknown, said: Said, depth: number): void {
  said.partsLeft -= 1;
  if (said.partsLeft < 0) return;
  if (typeof entry === 'string') addMessage(entry, said);
  else if (depth > DEPTH_MAX) return;
  else if (Array.isArray(entry)) for (const each of entry) gather(each, said, depth + 1);
  else if (isObject(entry)) {
    const { message, attributes, ...others } = entry;
    if (typeof message === 'string') addMessage(message, said);
    if (isObject(attributes)) addNew(said.attributes, namedTexts(attributes));
    for (const other of Object.values(others)) {
      if (typeof other === 'object') gather(other, said, depth + 1);
    }
  }
}

function addMessage(text: string, { messages }: Said): void {
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

/** Of several texts about one field the first stands. */
function addNew(known: Map<string, string>, more: readonly (readonly [string, string])[]): void {
  for (const [name, text] of more) {
    if (known.size < ATTRIBUTES_MAX && !known.has(name)) known.set(name, text);
  }
}

function reasonFrom({ attributes, messages }: Omit<Said, 'partsLeft'>, general: string): string {
  const named = [...attributes].filter(([, text]) => text !== '' && text !== 'null');
  const [only] = named;
  if (only === undefined) return messageFrom(messages, general) || general;
  if (named.length === 1) return only[1];
  return clip(named.map(([field, text]) => `${field}: ${text}`).join('; '), LIMITS.fieldCharsMax);
}

/** What only repeats the text about the request says nothing, as long as something else is said. */
function messageFrom(messages: readonly string[], general: string): string {
  const telling = messages.filter((message) => message !== general);
  const chosen = telling.length > 0 ? telling : messages.slice(0, 1);
  return clip(chosen.join('; '), LIMITS.fieldCharsMax);
}
