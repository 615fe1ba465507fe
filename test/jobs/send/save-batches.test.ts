/** Which items go together, and what a run learns about that (src/jobs/send/save-batches.ts). */
import { describe, expect, it } from 'vitest';
import { Batches, BulkSaveLimits } from '../../../src/jobs/send/save-batches.js';
import type { JobOptions } from '../../../src/jobs/job/job-options.js';
import type { EngineSettings } from '../../../src/jobs/job/job-context.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import { createStep, itemOf, updateStep } from '../support/images.js';

const SETTINGS: EngineSettings = {
  ...{ timeoutMs: 1, settleMs: 1, maxConcurrent: 4, rowsMax: 9, leaseMs: 9 },
  ...{ abroadRulesetId: null, requestsPerMinute: null, bulkSave: true },
};
const OPTIONS = { continueOnError: true, rollbackOnError: false, batchSize: 5 };

function batches(
  options: Partial<JobOptions> = {},
  more: { settings?: Partial<EngineSettings>; resource?: Resource } = {},
): Batches {
  const { settings = {}, resource = customer } = more;
  const work = { settings: { ...SETTINGS, ...settings }, resource };
  return new Batches(work, { ...OPTIONS, ...options });
}

let lastSeq = 0;
function ready(step: Step | readonly Step[], more: Partial<ItemRecord> = {}): ItemRecord {
  lastSeq += 1;
  const steps = Array.isArray(step) ? (step as readonly Step[]) : [step as Step];
  return itemOf(steps, { seq: lastSeq, state: 'ready', ...more });
}

const create = (name = 'Alfa'): ItemRecord => ready(createStep({ name }));
const update = (recordId: string): ItemRecord =>
  ready(updateStep(recordId, { phone: '1' }), { recordId });
const email = (recordId: string): Step => ({
  ...{ kind: 'create', collection: 'contactPersons', id: null },
  body: { contactId: recordId, email: 'a@ko.example' },
});
const REMOVAL: Step = { kind: 'remove', collection: 'contacts', id: 'c1', body: {} };

function open(of: Batches, first: ItemRecord) {
  const batch = of.open(first);
  if (batch === null) throw new Error('it goes by itself');
  return batch;
}

describe('a batch', () => {
  it('takes creates and updates of one collection until it is full', () => {
    const batch = open(batches(), create());
    const child = ready(email('c9'), { recordId: 'c9' });
    expect(batch.takes(child)).toBe(false);
    expect([create(), update('c1'), create()].map((item) => batch.takes(item))).toEqual([
      ...[true, true, true],
    ]);
    expect(batch.isFull).toBe(false);
    expect(batch.takes(update('c2'))).toBe(true);
    expect(batch.isFull).toBe(true);
    expect(batch.takes(create())).toBe(false);
    expect(batch.items).toHaveLength(5);
  });

  it('takes no record twice', () => {
    const batch = open(batches(), update('c1'));
    expect(batch.takes(update('c1'))).toBe(false);
    expect(batch.takes(update('c2'))).toBe(true);
  });

  it('stays below a megabyte, unless one alone is above', () => {
    const half = 'ø'.repeat(240_000);
    const batch = open(batches(), create(half));
    expect(batch.takes(create(half))).toBe(true);
    expect(batch.takes(create(half))).toBe(false);
    expect(batch.takes(create())).toBe(true);
    expect(open(batches(), create('ø'.repeat(600_000))).items).toHaveLength(1);
  });
});

describe('an item goes by itself', () => {
  const single: [string, Batches, ItemRecord][] = [
    ['unless the setting is on', batches({}, { settings: { bulkSave: false } }), create()],
    ['where the first failure stops the job', batches({ continueOnError: false }), create()],
    ['where the first failure undoes the job', batches({ rollbackOnError: true }), create()],
    ['with batchSize 1', batches({ batchSize: 1 }), create()],
    ['as an invoice', batches({}, { resource: invoice }), create()],
    ['while it is to be planned anew', batches(), { ...create(), needsPlan: true }],
    ['to delete', batches(), ready(REMOVAL)],
    ['when nothing is to be sent', batches(), ready([])],
    ['at its last attempt', batches(), { ...create(), attempts: 2 }],
  ];
  it.each(single)('%s', (_name, of, item) => {
    expect(of.open(item)).toBeNull();
  });

  it('where Billy does not take a later step of it together', () => {
    const of = batches();
    const item = ready([updateStep('c1', { phone: '1' }), email('c1')], { recordId: 'c1' });
    expect(of.open(item)).not.toBeNull();
    of.limitsOf('contactPersons').turnOff();
    expect(of.open(item)).toBeNull();
    expect(of.open(update('c1'))).not.toBeNull();
    // What is behind it does not matter any more.
    expect(
      of.open({
        ...item,
        plan: {
          ...{ outcome: 'updated', changes: [] },
          steps: [email('c1'), updateStep('c1', {})],
        },
        step: 1,
      }),
    ).not.toBeNull();
  });
});

describe('what a run learns', () => {
  it('holds for the collection alone, and sizes only shrink', () => {
    const of = batches({ batchSize: 50 });
    const limits = of.limitsOf('contacts');
    limits.learnSize(20);
    limits.learnSize(30);
    expect(of.limitsOf('contacts').size).toBe(20);
    expect(of.limitsOf('products').size).toBe(50);
    limits.learnSize(0);
    expect([limits.size, limits.isOff]).toEqual([1, true]);
    expect(of.open(create())).toBeNull();
  });

  it('is which size cannot be the reason', () => {
    const limits = new BulkSaveLimits(100);
    expect(limits.hasPassed(1)).toBe(false);
    limits.passed(40);
    limits.passed(10);
    expect([limits.hasPassed(40), limits.hasPassed(41)]).toEqual([true, false]);
  });

  it('is found out one after another, whoever fails', async () => {
    const limits = new BulkSaveLimits(100);
    const told: string[] = [];
    const act = (name: string) => async (): Promise<string> => {
      told.push(`${name} begins`);
      await Promise.resolve();
      told.push(`${name} ends`);
      if (name === 'one') throw new Error('no answer');
      return name;
    };
    const both = await Promise.allSettled([limits.inTurn(act('one')), limits.inTurn(act('two'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });
});
