/** Kept answers: of equal requests one begins, its answer is for all of them, and it goes when its time is over. */
import { describe, expect, it } from 'vitest';
import type { Repetition } from '../../../src/model/kept-answer.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { claimedJob, freshStore, NOW_MS, patchJob, type OpenStore } from './fixtures.js';

const REQUEST = { id: 'r1', fingerprint: 'f1' };
const AT = { nowMs: NOW_MS, keptUntilMs: NOW_MS + 1000, heldUntilMs: NOW_MS + 10 };
const ANSWER = { status: 202, headers: { location: '/j1' }, body: '{"name":"Hemmelig"}' };

function beginning(store: () => JobStore) {
  return (holder: string, more: object = {}): Promise<Repetition> =>
    store().beginRequest({ ...REQUEST, holder, ...AT, ...more });
}

function describeBeginning(open: OpenStore): void {
  const store = freshStore(open);
  const begin = beginning(store);

  it('begins once, and gives its answer as it was kept', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((holder) => begin(holder)));
    expect(all.map(({ kind }) => kind).sort()).toEqual(['begun', 'running', 'running']);
    const holder = ['a', 'b', 'c'][all.findIndex(({ kind }) => kind === 'begun')] ?? '';
    await store().keepAnswer({ id: 'r1', holder, answer: ANSWER, jobId: 'j1' });
    const answered = { kind: 'answered', answer: ANSWER, jobId: 'j1' };
    expect(await begin('d')).toEqual(answered);
    expect(await begin('d', { fingerprint: 'f2' })).toEqual({ kind: 'other' });
    expect(await begin('d', { id: 'r2', fingerprint: 'f2' })).toEqual({ kind: 'begun' });
  });

  it('keeps an answer without a body', async () => {
    await begin('a');
    const answer = { status: 204, headers: {}, body: null };
    await store().keepAnswer({ id: 'r1', holder: 'a', answer, jobId: null });
    expect(await begin('b')).toEqual({ kind: 'answered', answer, jobId: null });
  });

  it('is taken over once it is no longer held, by one, and no other holder changes it', async () => {
    await begin('a');
    expect(await begin('b', { nowMs: NOW_MS + 9 })).toEqual({ kind: 'running' });
    const late = { nowMs: NOW_MS + 10, heldUntilMs: NOW_MS + 20 };
    expect(await begin('b', { ...late, fingerprint: 'f2' })).toEqual({ kind: 'other' });
    expect(await begin('b', late)).toEqual({ kind: 'begun' });
    expect(await begin('c', late)).toEqual({ kind: 'running' });
    const held = { id: 'r1', heldUntilMs: NOW_MS + 90 };
    expect(await store().holdRequest({ ...held, holder: 'a' })).toBe(false);
    await store().keepAnswer({ id: 'r1', holder: 'a', answer: ANSWER, jobId: null });
    await store().forgetRequest({ id: 'r1', holder: 'a' });
    expect(await begin('c', late)).toEqual({ kind: 'running' });
    expect(await store().holdRequest({ ...held, holder: 'b' })).toBe(true);
    expect(await begin('c', { nowMs: NOW_MS + 89 })).toEqual({ kind: 'running' });
  });
}

function describeEnding(open: OpenStore): void {
  const store = freshStore(open);
  const begin = beginning(store);

  it('may begin again once it is forgotten, but not once it is answered', async () => {
    await begin('a');
    await store().forgetRequest({ id: 'r1', holder: 'a' });
    expect(await begin('b', { fingerprint: 'f2' })).toEqual({ kind: 'begun' });
    await store().keepAnswer({ id: 'r1', holder: 'b', answer: ANSWER, jobId: null });
    await store().forgetRequest({ id: 'r1', holder: 'b' });
    expect(await store().holdRequest({ id: 'r1', holder: 'b', heldUntilMs: 0 })).toBe(false);
    expect(await begin('c', { fingerprint: 'f2' })).toMatchObject({ kind: 'answered' });
  });

  it('is gone when its time is over', async () => {
    await begin('a');
    await store().keepAnswer({ id: 'r1', holder: 'a', answer: ANSWER, jobId: null });
    expect(await begin('b', { nowMs: NOW_MS + 999 })).toMatchObject({ kind: 'answered' });
    const later = { nowMs: NOW_MS + 1000, keptUntilMs: NOW_MS + 2000 };
    expect(await begin('b', { ...later, fingerprint: 'f2' })).toEqual({ kind: 'begun' });
  });

  it('is removed after its time, though nobody asks again', async () => {
    await begin('a');
    await store().removeOldAnswers({ nowMs: NOW_MS + 999 });
    expect(await begin('b')).toEqual({ kind: 'running' });
    await store().removeOldAnswers({ nowMs: NOW_MS + 1000 });
    expect(await begin('b')).toEqual({ kind: 'begun' });
  });

  it('loses what its answer says when its job is purged', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    const ended = { status: 'completed', phase: 'done', completedAtMs: NOW_MS } as const;
    await patchJob(store(), claimed, ended);
    await begin('a');
    await store().keepAnswer({ id: 'r1', holder: 'a', answer: ANSWER, jobId: 'j1' });
    await store().beginPurge({ jobId: 'j1', endedBeforeMs: NOW_MS, nowMs: NOW_MS });
    await store().purgeContents({ jobId: 'j1' });
    const body = JSON.stringify({ success: true, jobId: 'j1' });
    expect(await begin('b')).toMatchObject({ answer: { ...ANSWER, body } });
  });
}

export function describeKeptAnswers(open: OpenStore): void {
  describe('a request that may be repeated', () => {
    describeBeginning(open);
    describeEnding(open);
  });
}
