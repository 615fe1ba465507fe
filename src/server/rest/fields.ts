/** Schemas that several REST routes share. Parameters arrive as texts, and are described as what they stand for. */
import { z } from 'zod';
import { organizationIdField } from '../../tools/tool.js';

export const NOTHING = z.strictObject({});

/** The result of a request without further facts. */
export const done = z.looseObject({ success: z.literal(true) });

const ID_CHARS_MAX = 160;
const CURSOR_CHARS_MAX = 500;

export const idParams = z.strictObject({ id: z.string().min(1).max(ID_CHARS_MAX) });

export const organizationQuery = organizationIdField.describe(
  'One organization; without it all that the caller may reach.',
);

export const cursorQuery = z
  .string()
  .min(1)
  .max(CURSOR_CHARS_MAX)
  .optional()
  .describe('nextCursor of the page before.');

/** A parameter that the document describes by another schema than that of its text. */
function shownAs<T extends z.ZodType>(schema: T, shown: Readonly<Record<string, unknown>>): T {
  return schema.meta({ shownAs: shown });
}

/** A whole number from `min` to `max`. */
export function wholeQuery({ min, max, usual }: { min: number; max: number; usual: number }) {
  const text = z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
  return shownAs(text, { type: 'integer', minimum: min, maximum: max, default: usual }).optional();
}

const DECIMAL = /^\d{1,6}(?:\.\d{1,3})?$/;

/** Seconds to wait; longer waits are cut. */
export const waitQuery = shownAs(z.string().regex(DECIMAL).transform(Number), {
  type: 'number',
  minimum: 0,
}).optional();

export const flagQuery = shownAs(
  z.enum(['true', 'false']).transform((text) => text === 'true'),
  { type: 'boolean' },
).optional();

/** The members that have a value. */
export function given<T extends object>(
  values: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
