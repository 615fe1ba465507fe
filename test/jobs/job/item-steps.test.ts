// The requests of an item, and what an item becomes when one of them ended.
import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  collectionOf,
  unconfirmedPatch,
  isRemoval,
  stepOf,
  stepsOf,
  targetOf,
  writtenPatch,
} from '../../../src/jobs/job/item-steps.js';
import type { Step } from '../../../src/model/item.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { FakeClock } from '../../support/fake-clock.js';
import { contactImage, createStep, itemOf, updateStep } from '../support/images.js';

const CREATE = createStep({ name: 'Anna' });
const UPDATE = updateStep('c1', { phone: '12' });
const TWO = itemOf([CREATE, UPDATE], { step: 1 });
const REMOVE: Step = { kind: 'remove', collection: 'contacts', id: 'c1', body: {} };

describe('the steps of an item', () => {
  it('are those of its plan; it stands at one of them', () => {
    expect(stepsOf(TWO)).toEqual([CREATE, UPDATE]);
    expect(stepOf(TWO)).toEqual(UPDATE);
    expect(bodyOf(TWO)).toEqual({ phone: '12' });
    expect(collectionOf(TWO)).toBe('contacts');
  });

  it('are none before it is planned and after the last one', () => {
    expect(stepsOf(itemOf([], { plan: null }))).toEqual([]);
    const done = itemOf([CREATE], { step: 1 });
    expect([stepOf(done), bodyOf(done), collectionOf(done)]).toEqual([null, {}, '']);
  });

  it('name the record that they change', () => {
    expect(targetOf(UPDATE)).toEqual({ collection: 'contacts', id: 'c1' });
  });
});

describe('a removal', () => {
  it('takes the record itself, not a child of it', () => {
    expect(isRemoval(REMOVE, customer)).toBe(true);
    expect(isRemoval({ ...REMOVE, collection: 'contactPersons' }, customer)).toBe(false);
    expect(isRemoval(UPDATE, customer)).toBe(false);
  });
});

describe('an item', () => {
  it('ends with the outcome of its plan and the record as Billy keeps it', () => {
    const image = contactImage('c9', { name: 'Anna' });
    const item = itemOf([CREATE]);
    expect(writtenPatch(item, image)).toEqual({
      state: 'ended',
      outcome: item.plan?.outcome,
      recordId: 'c9',
      after: image,
      hasWritten: true,
    });
  });

  it('keeps the id it had where the answer names no record', () => {
    const item = itemOf([UPDATE], { recordId: 'c1', plan: null });
    expect(writtenPatch(item, null)).toMatchObject({ recordId: 'c1', outcome: 'updated' });
  });

  it('is in doubt from the moment its answer was lost, and not looked up yet', () => {
    const clock = new FakeClock();
    const { lostAtMs, ...rest } = unconfirmedPatch({ clock });
    expect(rest).toEqual({ state: 'doubt', lookedAtMs: null });
    expect(lostAtMs).toBe(clock.nowMs());
  });
});
