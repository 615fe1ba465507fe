// The oracle on raises of prices: what it demands of them, and what it finds in histories that somebody made up.
import { describe, expect, it } from 'vitest';
import type { Facts, JobSpec } from '../../scripts/chaos/facts/facts.js';
import { Recorder } from '../../scripts/chaos/facts/recorder.js';
import { judgeRaises, raised } from '../../scripts/chaos/oracle/raises.js';

const SPEC: JobSpec = {
  operation: 'update',
  resource: 'product',
  rows: [],
  strategy: 'update',
  continueOnError: true,
  rollbackOnError: false,
  archiveIfInUse: false,
  batchSize: null,
  dryRun: false,
  raise: { roundTo: null },
};
const LANE = 'org:product';

describe('raised', () => {
  it.each([
    ['100', null, '104'],
    ['12.99', null, '13.5096'],
    ['123.505', null, '128.4452'],
    ['100.5', '0.50', '104.5'],
    ['100.24', '0.50', '104'],
    // 104.25 lies in the middle.
    ['100.2404', '0.50', '104.5'],
    ['12.99', '0.05', '13.5'],
  ])('%s rounded to %s is %s', (price, roundTo, expected) => {
    expect(raised(price, { roundTo })).toBe(expected);
  });
});

/** The kinds of findings about a price of 100 that the job has written these values to, one after another. */
function found(written: readonly number[]): string[] {
  let ms = 1000;
  const recorder = new Recorder(() => ms);
  const change = (collection: string, id: string, after: Record<string, unknown>): void => {
    const before = recorder.ledger.fieldsAt({ collection, id }, Infinity);
    recorder.noteChanges([{ collection, id, before, after, isOwn: true }]);
  };
  const price = { productId: 'p', currencyId: 'DKK' };
  change('products', 'p', { name: 'Ydelse', unit: 'time', isArchived: false });
  change('productPrices', 'pp', { ...price, unitPrice: 100 });
  ms += 10;
  const log = recorder.begin({
    id: 'job0',
    lane: LANE,
    spec: SPEC,
    foretoldBy: null,
    isOfPlan: false,
  });
  const patch = { sourceSettings: { filter: { chosen: {} } } };
  recorder.noteStore(1, 'updateJob', { parameter: { jobId: 'job0', patch }, result: undefined });
  for (const unitPrice of written) {
    ms += 10;
    const changes = [{ seq: 1, from: ['ready'], patch: { state: 'sending' } }];
    const parameter = { jobId: 'job0', lease: { name: LANE, owner: '1' }, changes };
    recorder.noteStore(1, 'changeItems', { parameter, result: undefined });
    const body = JSON.stringify({ productPrice: { unitPrice } });
    const sending = recorder.send(1, { method: 'PUT', path: '/productPrices/pp', body });
    recorder.execute(sending, () => {
      change('productPrices', 'pp', { ...price, unitPrice });
      return { status: 200 };
    });
  }
  const facts: Facts = {
    ...{ ledger: recorder.ledger, sendings: recorder.sendings, stints: recorder.stints },
    jobs: [log],
    alter: (_collection, _field, value) => value,
    ...{ lagMs: 0, slackMs: 0, lateMs: 0 },
  };
  return judgeRaises(facts, log).map(({ kind }) => kind);
}

describe('a price of 100', () => {
  it.each([
    ['once 4 % more', [104], []],
    ['4 % more, written again as it is', [104, 104], []],
    ['not at all', [], []],
    ['4 % more, twice', [104, 108.16], ['doubled']],
    ['5 % more', [105], ['falsified']],
  ])('%s', (_name, written, kinds) => {
    expect(found(written)).toEqual(kinds);
  });
});
