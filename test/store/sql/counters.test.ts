import { describe, expect, it } from 'vitest';
import { countPlanned, Counters, countMoves } from '../../../src/store/sql/counters.js';
import type { ItemPatch, ItemPlan, Step } from '../../../src/model/item.js';

const STEP: Step = { kind: 'create', collection: 'contacts', id: null, body: {} };
const plan = (steps: number): ItemPlan => ({
  outcome: 'created',
  steps: Array.from({ length: steps }, () => STEP),
  changes: [],
});

/** An item with two requests, of which the first is under way. */
const SENDING = {
  state: 'sending',
  outcome: null,
  code: null,
  message: null,
  undo_state: null,
  requests: 2,
  step: 0,
} as const;

function moved(patch: ItemPatch, before: Parameters<typeof countMoves>[2] = SENDING) {
  const counters = new Counters();
  countMoves(counters, patch, before);
  return { moves: Object.fromEntries(counters.moves()), done: counters.done };
}

describe('countMoves', () => {
  it('takes a step that was sent off what is left, as done', () => {
    expect(moved({ state: 'ready', step: 1 })).toEqual({
      moves: { requests_left: -1 },
      done: { run: 1, undo: 0 },
    });
  });

  it('takes all that an item would have sent off what is left when it ends', () => {
    const ended = moved({ state: 'ended', outcome: 'failed' });
    expect(ended).toEqual({ moves: { failed: 1, requests_left: -2 }, done: { run: 2, undo: 0 } });
  });

  it('calls nothing done that was not sent', () => {
    const ready = { ...SENDING, state: 'ready' };
    expect(moved({ state: 'ended', outcome: 'unchanged' }, ready).done).toEqual({
      run: 0,
      undo: 0,
    });
    expect(moved({ state: 'ready' }).done).toEqual({ run: 0, undo: 0 });
  });

  it('gives back what a retry plans anew', () => {
    const ended = { ...SENDING, state: 'ended', outcome: 'failed' };
    const again = moved({ state: 'read', outcome: null, plan: null, step: 0 }, ended);
    expect(again.moves).toEqual({ failed: -1, planned_items: -1, requests_planned: -2 });
  });

  it('calls an item of a rollback done when its request is answered', () => {
    const undoing = { ...SENDING, state: 'ended', undo_state: 'sending' };
    expect(moved({ rollbackState: 'reversed' }, undoing)).toEqual({
      moves: { undo_reversed: 1 },
      done: { run: 0, undo: 1 },
    });
    expect(moved({ rollbackState: 'kept' }, { ...undoing, undo_state: null }).done.undo).toBe(0);
  });
});

describe('countDecided', () => {
  it('adds an item as it was decided', () => {
    const counters = new Counters();
    countPlanned(counters, { state: 'ready', plan: plan(2) });
    countPlanned(counters, { state: 'ended', outcome: 'skipped', plan: plan(0) });
    expect(Object.fromEntries(counters.moves())).toEqual({
      skipped: 1,
      planned_items: 2,
      requests_planned: 2,
      requests_left: 2,
    });
  });
});
