/** Checks a fault plan that comes from outside. */
import { z } from 'zod';
import { FAULT_KINDS, type FaultPlan } from '../world/options.js';

/** The default time between a lost answer and its late write. */
export const LATE_MS = 300;

const KIND = z.enum(FAULT_KINDS);

export const FAULT_PLAN = z.strictObject({
  seed: z.int().default(1),
  rates: z.partialRecord(KIND, z.number().min(0).max(1)).default({}),
  everyNthWrite: z
    .array(z.strictObject({ n: z.int().min(1), kind: KIND, times: z.int().min(1).optional() }))
    .default([]),
  lateMs: z.int().min(0).default(LATE_MS),
});

/** @throws ZodError */
export function parseFaultPlan(value: unknown): FaultPlan {
  return FAULT_PLAN.parse(value);
}
