/** Checks one value of a body against the type of its field and against the stored value. */
import { isVisible, type FieldRule, type Session } from '../world/model.js';
import { isLocalized, notOneOf, TEXT, type Localized } from '../world/texts.js';

/** The value to store, or the problem with it. */
export type Coerced = { readonly value: unknown } | { readonly problem: Localized };

const NUMERIC = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Accepts numbers and numeric strings (billy-api.md section 6, "Numbers"). */
function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && NUMERIC.test(value) ? Number(value) : null;
}

/** True for an existing day as YYYY-MM-DD. */
export function isCalendarDay(value: unknown): boolean {
  if (typeof value !== 'string' || !DATE.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

type Coercer = (value: unknown, field: FieldRule, session: Session) => Coerced;

function coerceNumber(value: unknown): Coerced {
  const number = toNumber(value);
  return number === null ? { problem: TEXT.notNumber } : { value: number };
}

function coerceInteger(value: unknown): Coerced {
  const coerced = coerceNumber(value);
  return 'problem' in coerced || Number.isInteger(coerced.value)
    ? coerced
    : { problem: TEXT.notInteger };
}

function coerceEnum(value: unknown, { values = [] }: FieldRule): Coerced {
  return typeof value === 'string' && values.includes(value)
    ? { value }
    : { problem: notOneOf(values) };
}

function coerceReference(value: unknown, { target = '' }: FieldRule, session: Session): Coerced {
  if (typeof value !== 'string') return { problem: TEXT.notText };
  const record = session.world.table(target).get(value);
  return record !== undefined && isVisible(record, session)
    ? { value }
    : { problem: TEXT.notFound };
}

const COERCERS: Readonly<Record<FieldRule['type'], Coercer>> = {
  string: (value) => (typeof value === 'string' ? { value } : { problem: TEXT.notText }),
  boolean: (value) => (typeof value === 'boolean' ? { value } : { problem: TEXT.notBoolean }),
  date: (value) => (isCalendarDay(value) ? { value } : { problem: TEXT.notDate }),
  number: coerceNumber,
  integer: coerceInteger,
  enum: coerceEnum,
  reference: coerceReference,
};

/** Checks a value other than null against the type of its field. */
export function coerce(field: FieldRule, value: unknown, session: Session): Coerced {
  return COERCERS[field.type](value, field, session);
}

function isUnset(value: unknown): boolean {
  return value === null || value === '';
}

/** True if the sent value equals the stored one; an unset text may be `""` or null. */
export function isSame(stored: unknown, sent: unknown, field: Pick<FieldRule, 'type'>): boolean {
  if (field.type === 'string' && isUnset(stored) && isUnset(sent)) return true;
  if (Array.isArray(stored)) return Array.isArray(sent) && sent.length === stored.length;
  if (isLocalized(stored)) return sent === stored.en || sent === stored.da;
  if (stored === sent) return true;
  return typeof stored === 'number' && toNumber(sent) === stored;
}

/** True for a value that a required field must not have. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && !value.trim());
}
