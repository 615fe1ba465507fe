/** The parts of a setting, and the forms of values that several settings share. */
import { z } from 'zod';

export interface RateLimit {
  count: number;
  windowMs: number;
}

const WINDOW_MS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000 };
export const rateLimit = z.string().transform((text, context): RateLimit | null => {
  if (text === 'unlimited') return null;
  const match = /^([1-9]\d{0,5})\/(s|min|h)$/.exec(text);
  const windowMs = WINDOW_MS[match?.[2] ?? ''];
  if (match === null || windowMs === undefined) {
    context.addIssue({ code: 'custom', message: 'expected N/s, N/min, N/h or unlimited' });
    return z.NEVER;
  }
  return { count: Number(match[1]), windowMs };
});

export const whole = (least: number, most: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

export const optionalText = z.string().optional();

export const onOff = z.enum(['off', 'on']);

/** An address without query and user. */
export const webAddress = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url !== null && ['http:', 'https:'].includes(url.protocol);
  if (isWeb && [url.username, url.password, url.search, url.hash].every((part) => part === '')) {
    return url.href.replace(/\/+$/, '');
  }
  context.addIssue({ code: 'custom', message: 'expected an http or https address' });
  return z.NEVER;
});

/** Texts with commas between them, at least one. */
export const texts = z
  .string()
  .transform((text): readonly string[] => text.match(/[^\s,]+(?: +[^\s,]+)*/g) ?? [])
  .refine(({ length }) => length > 0, 'expected at least one');

export interface Setting {
  readonly name: string;
  readonly fallback: string | null;
  readonly help: string;
  readonly isSecret: boolean;
  readonly schema: z.ZodType;
}

export const setting = <S extends z.ZodType>(options: {
  schema: S;
  fallback: string | null;
  help: string;
  isSecret?: boolean;
}): { schema: S; fallback: string | null; help: string; isSecret: boolean } => ({
  isSecret: false,
  ...options,
});
