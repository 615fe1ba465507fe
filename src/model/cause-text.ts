/**
 * Under which words a failed item is counted with others (contract, section 3): code, field and kind of
 * message. Billy's texts may quote a row's values, which stand in the row's own message alone.
 */

export interface Failed {
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

const HIDDEN = '…';
/** Quoted in one of the usual ways; the message itself is JSON, so that its own quotes are escaped. */
const QUOTED = /\\"(.*?)\\"|`([^`]*)`|[“„»](.*?)[”“«]|(?<![\p{L}\d])'([^']*)'(?![\p{L}\d])/gu;
const EMAIL = /[^\s"'`<>(),;:]+@[^\s"'`<>(),;:]+/g;
/** A number that is longer than a bound or a count of anything. */
const NUMBER = /\d{4,}/g;
/** The name of a field or of a kind of record is no value. */
const WIRE_NAME = /^[a-z][A-Za-z]*$/;

function withoutQuoted(quoted: string, ...groups: readonly unknown[]): string {
  // One of the groups has matched; those that have not are undefined.
  const inner = groups.find((group) => typeof group === 'string') ?? '';
  if (inner === '' || WIRE_NAME.test(inner)) return quoted;
  return quoted.replace(inner, () => HIDDEN);
}

/** The message of the item's cause. Only Billy's own words are changed; ours hold no values. */
export function causeText({ code, field, message }: Failed): string {
  if (code !== 'BILLY_VALIDATION') return message;
  const kind = message
    .replace(QUOTED, withoutQuoted)
    .replace(EMAIL, HIDDEN)
    .replace(NUMBER, HIDDEN);
  return field === null ? kind : `${field}: ${kind}`;
}
