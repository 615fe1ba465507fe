/** Seeds that raise prices by a filter: products of which it finds some, and the job. */
import type { Dice } from './dice.js';
import type { PersonAct } from './people.js';
import { RAISED_UNIT, type JobSpec, type Row } from './facts/facts.js';
import type { FaultPlan } from '../../src/sandbox/world/options.js';
import type { Account } from './scenario-files.js';

function pricedProduct(dice: Dice, index: number): Row {
  const no = String(index + 1);
  return {
    productNo: `V${no}`,
    name: `Ydelse ${no}`,
    // Some prices have no exact raise in cents.
    unitPrice: `${String(dice.count(1, 900))}.${dice.pick(['50', '505', '12', '99'])}`,
    description: dice.is(0.4) ? 'gammel tekst' : '',
    unit: dice.is(0.75) ? RAISED_UNIT : 'stk.',
  };
}

export function raiseAccountFor(dice: Dice): Account {
  const products = dice.list(dice.count(3, 8), (index) => pricedProduct(dice, index));
  return { contacts: [], products, used: dice.is(0.2) ? [0] : [], invoices: 0 };
}

/** Answers are lost more often, so that rows are tried again. */
export function raiseFaults(plan: FaultPlan): FaultPlan {
  return {
    ...plan,
    rates: { ...plan.rates, 'reset-late': 0.15, '504-late': 0.1, 'timeout-late': 0.05 },
  };
}

/** People who set prices of their own while the job writes. */
export function raisePeople(dice: Dice): PersonAct[] {
  if (!dice.is(0.6)) return [];
  return dice.list(dice.count(1, 3), () => ({
    what: dice.pick(['change child', 'change child', 'edit description'] as const),
    afterSaved: dice.count(1, 4),
    atMs: 0,
    whom: dice.is(0.3) ? 'newest' : 'any',
    target: dice.count(0, 11),
  }));
}

export function raiseJobFor(dice: Dice, { products }: Account): JobSpec {
  return {
    operation: 'update',
    resource: 'product',
    // Until the job has chosen: products that people may make again.
    rows: products.map(({ name = '', productNo = '' }) => ({ name, productNo })),
    strategy: 'update',
    continueOnError: !dice.is(0.12),
    rollbackOnError: false,
    archiveIfInUse: false,
    batchSize: dice.pick([null, 2, 3]),
    dryRun: false,
    raise: { roundTo: dice.pick([null, null, '0.50', '0.05']) },
  };
}
