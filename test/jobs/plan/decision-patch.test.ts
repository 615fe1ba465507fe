// A decision as the change of its item: what a run keeps of it, what a dry run does, and when that is stale.
import { describe, expect, it } from 'vitest';
import type { Decision, WriteRequest } from '../../../src/jobs/plan/decision.js';
import {
  isStale,
  patchOf,
  staleDecision,
  withEarlierSteps,
} from '../../../src/jobs/plan/decision-patch.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { ItemPatch, ItemRecord, Step } from '../../../src/model/item.js';

const customer = resourceNamed('customer');
const product = resourceNamed('product');
const image = { id: 'row:1', fields: { name: 'A' }, children: {} };

function create(name: string): WriteRequest {
  const body = { name };
  const steps: Step[] = [{ kind: 'create', collection: 'contacts', id: null, body }];
  const outcome = 'created';
  return { kind: 'write', outcome, recordId: null, steps, before: null, after: image, changes: [] };
}

function decided(act: Decision['action'], changedByRow: readonly number[] = []): Decision {
  return { action: act, label: 'A', changedByRow, duplicate: null, unknown: [] };
}

function stored(patch: ItemPatch): ItemRecord {
  const defaults = { outcome: null, recordId: null, code: null, plan: null, before: null, step: 0 };
  return { ...defaults, hasWritten: false, after: null, ...patch } as ItemRecord;
}

describe('a row of a run', () => {
  it('is ready with its steps, or waits for the one earlier row, or for all', () => {
    expect(patchOf(decided(create('A')), null)).toMatchObject({
      state: 'ready',
      plan: { outcome: 'created', steps: create('A').steps },
    });
    const waiting = { state: 'waiting', needsPlan: true };
    expect(patchOf(decided(create('A'), [4]), null)).toMatchObject({ ...waiting, waitsFor: 4 });
    expect(patchOf(decided(create('A'), [4, 5]), null)).toMatchObject({ ...waiting, waitsFor: 0 });
  });
});

describe('a row with a warning', () => {
  const warnings = [{ code: 'VALUE_SUSPECT', field: 'name', message: 'navn "A" is odd' }] as const;
  const kept = { code: 'VALUE_SUSPECT', field: 'name', message: 'navn "A" is odd' };

  it('keeps it beside its plan, in a run and in a dry run', () => {
    const decision = { ...decided(create('A')), warnings };
    expect(patchOf(decision, null)).toMatchObject({ state: 'ready', ...kept });
    expect(patchOf(decision, customer)).toMatchObject({ outcome: 'created', ...kept });
  });

  it('says the reason of its outcome first, and only its failure where it fails', () => {
    const end = { kind: 'end', recordId: null, code: null, field: null } as const;
    const skipped = { ...end, outcome: 'skipped', message: 'it is there' } as const;
    expect(patchOf({ ...decided(skipped), warnings }, null)).toMatchObject({
      ...kept,
      outcome: 'skipped',
      message: 'it is there; navn "A" is odd',
    });
    const failed = { ...end, outcome: 'failed', code: 'ROW_INVALID', message: 'no' } as const;
    expect(patchOf({ ...decided(failed), warnings }, null)).toMatchObject({
      outcome: 'failed',
      code: 'ROW_INVALID',
      field: null,
      message: 'no',
    });
  });

  it('is not stale because of it', () => {
    const end = { kind: 'end', recordId: 'a', code: null, field: null, message: null } as const;
    const skipped = { ...end, outcome: 'skipped' } as const;
    const old = stored(patchOf({ ...decided(skipped), warnings }, customer));
    expect(isStale(old, skipped, customer)).toBe(false);
  });
});

describe('a row of a dry run', () => {
  it('keeps no steps that its row tells; of others a digest that only the same steps have', () => {
    expect(patchOf(decided(create('A')), customer).plan).toEqual({
      outcome: 'created',
      steps: [],
      changes: [],
    });
    const digests = ['A', 'A', 'B'].map(
      (name) => patchOf(decided(create(name)), product).plan?.digest,
    );
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  it('never waits', () => {
    const patch = patchOf(decided(create('A'), [4]), customer);
    expect(patch).toMatchObject({ state: 'ended', outcome: 'created', waitsFor: 0 });
  });
});

describe('a foretold row', () => {
  const foretold = (resource = product): ItemRecord =>
    stored(patchOf(decided(create('A')), resource));

  it('holds for the same, and is stale for other steps, another outcome or another record', () => {
    expect(isStale(foretold(), create('A'), product)).toBe(false);
    expect(isStale(foretold(), create('B'), product)).toBe(true);
    expect(isStale(foretold(), { ...create('A'), outcome: 'updated' }, product)).toBe(true);
    expect(isStale(foretold(), { ...create('A'), recordId: 'r1' }, product)).toBe(true);
  });

  it('of one whose row tells all is the same whatever the account says', () => {
    expect(isStale(foretold(customer), create('A'), customer)).toBe(false);
  });

  it('is not stale by a property that no page names, and is by one that people write', () => {
    const update = (others: object): WriteRequest => {
      const before = { ...image, others: { ...others } };
      return { ...create('A'), outcome: 'updated', recordId: image.id, before };
    };
    const planned = stored(patchOf(decided(update({ nonce: 'a' })), customer));
    expect(isStale(planned, update({ nonce: 'b' }), customer)).toBe(false);
    expect(isStale(planned, update({ nonce: 'a', externalId: 'E1' }), customer)).toBe(true);
  });

  it('that is stale fails, and waits for nobody', () => {
    expect(patchOf(staleDecision(decided(create('A'), [4])), null)).toMatchObject({
      state: 'ended',
      outcome: 'failed',
      code: 'PLAN_STALE',
    });
  });
});

it('a retried item keeps the steps that are in Billy, unless it is about another record now', () => {
  const done: Step = { kind: 'update', collection: 'contacts', id: 'r1', body: { name: 'B' } };
  const plan = { outcome: 'updated', steps: [done, done], changes: [] } as const;
  const item = stored({ hasWritten: true, recordId: 'r1', plan, step: 1, before: image });
  const more: Step = { ...done, body: { phone: '1' } };
  const fresh = { outcome: 'updated', steps: [more], changes: [] } as const;
  const kept = withEarlierSteps(item, { plan: fresh, recordId: 'r1' });
  expect(kept).toMatchObject({ step: 1, before: image, plan: { steps: [done, more] } });
  expect(withEarlierSteps(item, { plan: fresh, recordId: 'r2' })).toMatchObject({
    step: 0,
    hasWritten: false,
  });
  expect(withEarlierSteps(item, { outcome: 'unchanged' })).toMatchObject({ outcome: 'updated' });
});
