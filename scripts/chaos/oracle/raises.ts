/**
 * Prices that a filter raises (contract, "By filter and formula"): each rises once, from what it was when the filter
 * chose, whatever is tried again.
 */
import type { ItemRecord } from '../../../src/model/item.js';
import {
  RAISED_UNIT,
  type Facts,
  type Finding,
  type JobFacts,
  type Raise,
} from '../facts/facts.js';
import type { Entry, Root } from '../facts/ledger.js';
import { COLLECTION, textOf } from './contents.js';
import { deedsOf, runEndOf } from './deeds.js';

const PRICES = 'productPrices';
const CURRENCY = 'DKK';
const PERCENT = 104n;
/** Prices are counted in units of four decimals, raised prices in units of six. */
const [PRICE_DECIMALS, RAISED_DECIMALS] = [4, 6];

function unitsOf(decimal: string, decimals: number): bigint {
  const [whole = '0', rest = ''] = decimal.split('.');
  return BigInt(whole + rest.padEnd(decimals, '0').slice(0, decimals));
}

/** The price with 4 % more, rounded to the step, half of it upwards. */
export function raised(price: string, { roundTo }: Raise): string {
  const exact = unitsOf(price, PRICE_DECIMALS) * PERCENT;
  const step = roundTo === null ? 1n : unitsOf(roundTo, RAISED_DECIMALS);
  const rounded = ((exact + step / 2n) / step) * step;
  return String(Number(rounded) / 10 ** RAISED_DECIMALS);
}

/** The job whose choice counts: that of the plan, if the job runs one. */
function chooserOf(facts: Facts, job: JobFacts): JobFacts {
  const dry = job.isOfPlan ? facts.jobs.find(({ id }) => id === job.foretoldBy) : undefined;
  return dry ?? job;
}

interface Price {
  readonly id: string;
  /** Its values that the filter may have seen, in their order. */
  readonly seen: readonly string[];
}

function isPrice({ collection, before, after }: Entry): boolean {
  return collection === PRICES && (after ?? before)?.['currencyId'] === CURRENCY;
}

/** The prices of the product, as lists showed them between the start of the job and its choice. */
function pricesOf(facts: Facts, job: JobFacts, root: Root): Price[] {
  const { startedMs, chosenOrder } = chooserOf(facts, job);
  const from = facts.ledger.orderAt(startedMs - facts.lagMs - 1);
  const ids = new Set(
    facts.ledger
      .changesOf(root)
      .filter(isPrice)
      .map(({ id }) => id),
  );
  return [...ids].map((id) => {
    const versions = facts.ledger.versionsOf(PRICES, id);
    const seen = versions.flatMap(({ order, after }, index) => {
      const endOrder = versions[index + 1]?.order ?? Infinity;
      const isSeen = order <= (chosenOrder ?? 0) && endOrder > from;
      return isSeen && after !== null ? [textOf(after['unitPrice'])] : [];
    });
    return { id, seen };
  });
}

/** The changes of the price that the job's run made. */
function writesOf(facts: Facts, job: JobFacts, id: string): Entry[] {
  return deedsOf(facts, job.id, 'run')
    .map(({ entry }) => entry)
    .filter(({ collection, id: written, before, after }) => {
      const isOwn = collection === PRICES && written === id && after !== null;
      return isOwn && textOf(before?.['unitPrice']) !== textOf(after['unitPrice']);
    });
}

function keptAs(facts: Facts, price: string): string {
  return String(Number(textOf(facts.alter(PRICES, 'unitPrice', price))));
}

/** The record that the item's row names: its id is one of the cells that the filter has stored. */
function recordIdOf(facts: Facts, { recordId, cells }: ItemRecord): string {
  const ids = new Set(facts.ledger.idsOf(COLLECTION.product));
  return recordId ?? cells.find((cell) => cell !== null && ids.has(cell)) ?? '';
}

/** The new price that the row says; null: the product had no price to raise. */
function saidPrice(facts: Facts, job: JobFacts, item: ItemRecord): string | null {
  const { raise } = job.spec;
  if (raise === undefined) return null;
  const root = { collection: COLLECTION.product, id: recordIdOf(facts, item) };
  for (const { id, seen } of pricesOf(facts, job, root)) {
    const [write] = writesOf(facts, job, id);
    const said = seen.map((price) => raised(price, raise));
    const written = textOf(write?.after?.['unitPrice']);
    const found = said.find((price) => keptAs(facts, price) === written) ?? said.at(-1);
    if (found !== undefined) return found;
  }
  return null;
}

/** The facts with the rows of jobs by filter: the chosen records, and the prices that they were to get. */
export function withRaisedRows(facts: Facts): Facts {
  const jobs = facts.jobs.map((job): JobFacts => {
    if (job.spec.raise === undefined) return job;
    const items = runEndOf(job)?.items ?? [];
    const rows = items.map((item) => {
      return { id: recordIdOf(facts, item), unitPrice: saidPrice(facts, job, item) ?? '' };
    });
    return { ...job, spec: { ...job.spec, rows } };
  });
  return { ...facts, jobs };
}

function judgePrice(facts: Facts, job: JobFacts, { id, seen }: Price): Finding[] {
  const { raise } = job.spec;
  const writes = writesOf(facts, job, id);
  if (raise === undefined || writes.length === 0) return [];
  const told = writes.map(({ before, after }) => {
    return `${textOf(before?.['unitPrice'])} -> ${textOf(after?.['unitPrice'])}`;
  });
  const text = `price ${id} of ${job.id}: ${told.join(', ')}`;
  if (writes.length > 1) return [{ kind: 'doubled', text: `${text}: raised more than once` }];
  const wanted = seen.map((price) => keptAs(facts, raised(price, raise)));
  const written = textOf(writes[0]?.after?.['unitPrice']);
  if (wanted.includes(written)) return [];
  return [{ kind: 'falsified', text: `${text}: not 4 % more than ${seen.join(' or ')}` }];
}

/** Each product that the filter finds has its row, where nobody else was at work. */
function judgeChoice(facts: Facts, job: JobFacts): Finding[] {
  const { startedOrder, chosenOrder } = chooserOf(facts, job);
  const end = runEndOf(job);
  if (chosenOrder === null || end?.job.status !== 'completed') return [];
  const { entries } = facts.ledger;
  if (entries.some(({ author, order }) => author.who === 'person' && order <= chosenOrder))
    return [];
  const meant = facts.ledger.idsOf(COLLECTION.product).filter((id) => {
    const fields = facts.ledger.fieldsAt({ collection: COLLECTION.product, id }, startedOrder);
    return fields?.['unit'] === RAISED_UNIT && fields['isArchived'] !== true;
  });
  const chosen = new Set(end.items.map((item) => recordIdOf(facts, item)));
  const missing = meant.filter((id) => !chosen.has(id));
  if (missing.length === 0 && end.items.length === meant.length) return [];
  const text = `${String(end.items.length)} rows for ${String(meant.length)} products; left out: ${missing.join(', ')}`;
  return [{ kind: 'lost', text }];
}

export function judgeRaises(facts: Facts, job: JobFacts): Finding[] {
  if (job.spec.raise === undefined) return [];
  const prices = facts.ledger
    .idsOf(COLLECTION.product)
    .flatMap((id) => pricesOf(facts, job, { collection: COLLECTION.product, id }));
  return [...judgeChoice(facts, job), ...prices.flatMap((price) => judgePrice(facts, job, price))];
}
