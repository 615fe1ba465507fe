/** The sums of a job's invoices, from its items. */
import { z } from 'zod';
import { MoneySum, type JobMoney } from '../../model/money.js';
import type { JobRecord, JobPatch } from '../../model/job.js';
import { itemBatches, readJob, type JobContext } from './job-context.js';

/** Sums what the job has created, or will create where it has not ended. */
async function sumMoney(context: JobContext): Promise<JobMoney> {
  const sum = new MoneySum();
  for await (const items of itemBatches(context)) {
    for (const { outcome, plan } of items) {
      const isCreated = (outcome ?? plan?.outcome) === 'created';
      if (isCreated && plan?.money !== undefined) sum.add(plan.money);
    }
  }
  return sum.result();
}

/** The job's result with its sums of now; empty if the resource has none. */
export async function moneyPatch(context: JobContext, job?: JobRecord): Promise<JobPatch> {
  if (context.resource.moneyOf === undefined) return {};
  const { operation, result } = job ?? (await readJob(context));
  if (operation !== 'import') return {};
  const known = typeof result === 'object' && result !== null ? result : {};
  return { result: { ...known, money: await sumMoney(context) } };
}

const resultSchema = z.object({
  money: z.object({
    final: z.number(),
    totals: z.array(
      z.object({
        currency: z.string(),
        net: z.string().nullable(),
        gross: z.string().nullable(),
      }),
    ),
  }),
});

/** The sums of a job as they were stored last; null: it has none. */
export function moneyOfJob({ result }: Pick<JobRecord, 'result'>): JobMoney | null {
  const stored = resultSchema.safeParse(result);
  return stored.success ? stored.data.money : null;
}
