/** Warnings about a whole plan: invoices that it approves for good, and rows that cannot be recognized later. */
import { countWords } from '../../model/words.js';
import type { UndecidedItem } from '../../model/item.js';
import { moneyOfJob, moneyPatch } from '../job/sum-money.js';
import { itemBatches, patchJob, readJob, warn, type JobContext } from '../job/job-context.js';
import type { Decided } from './plan-batch.js';
import type { PlanContext } from './plan-context.js';

/** Counts new records without a match key: the same file, imported again, creates them again. */
export class KeylessRows {
  readonly matchKeys: readonly string[];
  /** The places of the key columns in a row of the file. */
  readonly #places: readonly number[];
  /** False: rows of an earlier process count as well. */
  readonly #isWhole: boolean;
  readonly #isCounted: boolean;
  #count = 0;

  constructor(planContext: PlanContext, isWhole: boolean) {
    const { resource, operation, strategy, matchOrder } = planContext.rules;
    const { columns = [] } = planContext.sourceSettings;
    this.matchKeys = matchOrder;
    this.#places = columns.flatMap((column, at) =>
      column !== null && matchOrder.includes(column) ? [at] : [],
    );
    this.#isWhole = isWhole;
    this.#isCounted = operation === 'import' && strategy !== 'create' && resource.grouping === null;
  }

  #isKeyless({ cells }: Pick<UndecidedItem, 'cells'>): boolean {
    for (const at of this.#places) if ((cells[at] ?? '').trim() !== '') return false;
    return true;
  }

  add(decided: readonly Decided[]): void {
    if (!this.#isCounted || !this.#isWhole) return;
    for (const { item, decision } of decided) {
      const { action } = decision;
      const isNew = action.kind === 'write' && action.recordId === null;
      if (isNew && this.#isKeyless(item)) this.#count += 1;
    }
  }

  async count(context: JobContext): Promise<number> {
    if (!this.#isCounted || this.#isWhole) return this.#count;
    let count = 0;
    for await (const items of itemBatches(context)) {
      count += items.filter((item) => {
        return item.plan?.outcome === 'created' && this.#isKeyless(item);
      }).length;
    }
    return count;
  }
}

async function tellKeyless(context: JobContext, keyless: KeylessRows): Promise<void> {
  const count = await keyless.count(context);
  if (count === 0) return;
  const keys = keyless.matchKeys.join(', ');
  const message = `${countWords(count, 'new record')} without a match key (${keys}): if the rows are imported again, they are created again.`;
  await warn(context, [{ code: 'NO_MATCH_KEY', message }]);
}

/** Stores the sums of a plan of invoices, and the number that it approves. */
async function tellMoney(context: JobContext): Promise<void> {
  const patch = await moneyPatch(context);
  if (patch.result === undefined) return;
  const final = moneyOfJob({ result: patch.result })?.final ?? 0;
  const { warnings } = await readJob(context);
  const others = warnings.filter(({ code }) => code !== 'APPROVAL_FINAL');
  const message = `Approves ${countWords(final, context.resource.name)}. That is final: only a credit note in Billy reverses it.`;
  const told = final === 0 ? others : [{ code: 'APPROVAL_FINAL', message }, ...others];
  await patchJob(context, { ...patch, warnings: told });
}

/** Tells of a plan once all rows are decided. */
export async function tellPlan(context: JobContext, keyless: KeylessRows): Promise<void> {
  await tellMoney(context);
  await tellKeyless(context, keyless);
}
