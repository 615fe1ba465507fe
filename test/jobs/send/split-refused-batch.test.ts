/** How a refused bulk save is narrowed down, and when Billy is looked at first (src/jobs/send/split-refused-batch.ts). */
import { describe, expect, it } from 'vitest';
import { BillyFailure, refusalFailure } from '../../../src/billy/failure.js';
import { BulkSaveLimits } from '../../../src/jobs/send/save-batches.js';
import { plan } from '../../../src/jobs/plan/plan.js';
import {
  isCreate,
  updateLimits,
  splitRefused,
  type RefusedBatch,
  type SubBatch,
} from '../../../src/jobs/send/split-refused-batch.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import {
  beginProgress,
  clientIdOf,
  storeResults,
  type Progress,
} from '../../../src/jobs/send/send-item.js';
import { changeItems, patchJob, type JobContext } from '../../../src/jobs/job/job-context.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { openWork, type World } from '../../support/engine-world.js';
import { bulkWorld, customersCsv } from '../support/bulk.js';
import { createStep, itemOf, updateStep } from '../support/images.js';

const ALTERED = { fields: new Set<string>(), add: () => Promise.resolve() };

function origin(more: Partial<RefusedBatch>): RefusedBatch {
  return { size: 10, isLookedAt: true, isHalved: true, passed: [], refused: [], ...more };
}

describe('what the parts of a refused request teach', () => {
  const atomic: [string, Partial<RefusedBatch>, number, boolean][] = [
    ['good rows and bad ones, in a size that passes', { passed: [5], refused: [5] }, 10, true],
    ['the same, not looked at', { passed: [5], refused: [5], isLookedAt: false }, 10, false],
    ['the same, in a size that may be the reason', { passed: [5], refused: [5] }, 9, false],
    ['bad ones alone', { refused: [5, 5] }, 10, false],
    ['good ones alone', { passed: [5, 5] }, 10, false],
  ];
  it.each(atomic)('%s', (...each) => {
    const [, more, passedSize, isAtomic] = each;
    const limits = new BulkSaveLimits(100);
    limits.passed(passedSize);
    updateLimits(origin(more), limits);
    expect(limits.isAtomic).toBe(isAtomic);
  });

  const sizes: [string, Partial<RefusedBatch>, number, number][] = [
    ['both halves pass: it was the size', { passed: [5, 4] }, 0, 5],
    ['both pass, and larger ones have passed', { passed: [5, 5] }, 10, 100],
    ['both pass, that were no halves', { passed: [1, 9], isHalved: false }, 0, 100],
    ['one passes', { passed: [5], refused: [5] }, 0, 100],
    ['one passes, of the other nobody knows', { passed: [5] }, 0, 100],
  ];
  it.each(sizes)('%s', (...each) => {
    const [, more, passedSize, size] = each;
    const limits = new BulkSaveLimits(100);
    limits.passed(passedSize);
    updateLimits(origin(more), limits);
    expect(limits.size).toBe(size);
  });

  it('tells creates from updates', () => {
    expect(isCreate(itemOf([createStep({})]))).toBe(true);
    expect(isCreate(itemOf([updateStep('c1', {})]))).toBe(false);
    expect(isCreate(itemOf([]))).toBe(false);
  });
});

/** `rows` items on their way, as a refusal leaves them. */
async function sending(
  rows: number,
): Promise<{ world: World; context: JobContext; progress: Progress[] }> {
  const world = await bulkWorld({ isHeld: true });
  const context = await openWork(world, await world.startImport(customersCsv(rows)));
  await scan(context);
  await plan(context);
  await patchJob(context, { phase: 'run', status: 'processing' });
  const items = await world.items(context.jobId);
  const patch = { state: 'sending', intentAtMs: context.clock.nowMs() } as const;
  await changeItems(
    context,
    items.map(({ seq }) => ({ seq, from: ['ready'] as const, patch })),
  );
  return { world, context, progress: items.map((item) => beginProgress(context, item)) };
}

type Attributes = Readonly<Record<string, string>>;

function refusal(
  progress: readonly Progress[],
  named: Readonly<Record<number, Attributes>>,
  more: { status?: number; body?: object } = {},
): BillyFailure {
  const ids = progress.map(({ item }) => clientIdOf(item));
  const entries = Object.entries(named).map(([seq, attributes]) => {
    return [ids[Number(seq) - 1] ?? '', { attributes }] as const;
  });
  const validationErrors: Readonly<Record<string, unknown>> = Object.fromEntries(entries);
  const { status = 422, body = {} } = more;
  const content: Readonly<Record<string, unknown>> = {
    errorCode: 'OTHER',
    errorMessage: 'Nej.',
    validationErrors,
    ...body,
  };
  return refusalFailure(
    { status, headers: {}, body: content },
    { isWrite: true, clientIds: ids },
    0,
  );
}

interface Narrowed {
  readonly parts: readonly SubBatch[];
  /** Of each item: its state and outcome. */
  readonly left: readonly string[];
  readonly limits: BulkSaveLimits;
  readonly lists: number;
}

async function narrowed(
  scene: { world: World; context: JobContext; progress: Progress[] },
  error: BillyFailure,
  limits = new BulkSaveLimits(100),
): Promise<Narrowed> {
  const { world, context, progress } = scene;
  const from = world.requests().length;
  const parts = await splitRefused(context, [{ error, progress }], {
    ...{ limits, altered: ALTERED },
    store: (results) => storeResults(context, results),
  });
  const items = await world.items(context.jobId);
  const left = items.map(({ state, outcome }) => `${state} ${outcome ?? ''}`.trim());
  const lists = world.requests(from).filter(({ path }) => path.includes('/contacts?')).length;
  return { parts, left, limits, lists };
}

const seqsOf = (parts: readonly SubBatch[]): number[][] =>
  parts.map(({ items }) => items.map(({ seq }) => seq));

async function save(world: World, item: ItemRecord | undefined): Promise<string> {
  return world.plant('contacts', { ...item?.plan?.steps[0]?.body });
}

describe('a refusal that names rows', () => {
  it('ends those, and sends the others again together, after one look', async () => {
    const scene = await sending(5);
    const error = refusal(scene.progress, { 2: { phone: 'er forkert' }, 4: {} });
    const { parts, left, limits, lists } = await narrowed(scene, error);
    expect(left).toEqual(['ready', 'ended failed', 'ready', 'ended failed', 'ready']);
    expect(seqsOf(parts)).toEqual([[1, 3, 5]]);
    expect([lists, limits.isAtomic]).toEqual([1, true]);
    const items = await scene.world.items(scene.context.jobId);
    expect(items[1]).toMatchObject({
      code: 'BILLY_VALIDATION',
      field: 'phone',
      message: '"er forkert"',
    });
    expect(items[3]).toMatchObject({ code: 'BILLY_VALIDATION', field: null });
  });

  it('is not looked at again once it is known to save nothing', async () => {
    const scene = await sending(3);
    const limits = new BulkSaveLimits(100);
    limits.isAtomic = true;
    const { lists } = await narrowed(scene, refusal(scene.progress, { 2: {} }), limits);
    expect(lists).toBe(0);
  });

  it('needs no look where nobody goes again', async () => {
    const scene = await sending(2);
    const { lists, left } = await narrowed(scene, refusal(scene.progress, { 1: {}, 2: {} }));
    expect([lists, left]).toEqual([0, ['ended failed', 'ended failed']]);
  });
});

describe('a refusal that names nobody', () => {
  it('is split before its first row, then in halves', async () => {
    const scene = await sending(5);
    const first = await narrowed(scene, refusal(scene.progress, {}));
    expect(seqsOf(first.parts)).toEqual([[1], [2, 3, 4, 5]]);
    expect(first.parts.every((part) => part.origin?.isHalved === false)).toBe(true);
    expect(first.limits.isAtomic).toBe(false);
    const again = await sending(5);
    const then = await narrowed(again, refusal(again.progress, {}), first.limits);
    expect(seqsOf(then.parts)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(then.lists).toBe(1);
    expect(then.parts[0]?.origin).toBe(then.parts[1]?.origin);
  });

  it('adopts what is there all the same, and saves no more together', async () => {
    const scene = await sending(4);
    const id = await save(scene.world, scene.progress[2]?.item);
    const { parts, left, limits } = await narrowed(scene, refusal(scene.progress, {}));
    expect(left).toEqual(['ready', 'ready', 'ended created', 'ready']);
    expect((await scene.world.items(scene.context.jobId))[2]?.recordId).toBe(id);
    expect([limits.isOff, limits.isAtomic]).toEqual([true, false]);
    // The run has them again, one by one.
    expect(seqsOf(parts).flat().sort()).toEqual([1, 2, 4]);
    const job = await scene.world.service.job(scene.context.jobId);
    expect(job.warnings.map(({ code }) => code)).toEqual(['BULK_SAVE_PARTIAL']);
  });

  it('leaves in doubt what cannot be told from others', async () => {
    const scene = await sending(3);
    for (let times = 0; times < 2; times += 1) await save(scene.world, scene.progress[1]?.item);
    const { left } = await narrowed(scene, refusal(scene.progress, {}));
    expect(left).toEqual(['ready', 'doubt', 'ready']);
  });
});

describe('a refusal', () => {
  it('that reports what it saved is taken at its word, and looked at for the rest', async () => {
    const scene = await sending(4);
    const ids = [await save(scene.world, scene.progress[0]?.item)];
    ids.push(await save(scene.world, scene.progress[3]?.item));
    const [first] = scene.progress;
    const contacts = [{ id: ids[0], _clientId: first === undefined ? '' : clientIdOf(first.item) }];
    const error = refusal(scene.progress, { 2: {} }, { body: { contacts } });
    const { left, limits, lists } = await narrowed(scene, error);
    expect(left).toEqual(['ended created', 'ended failed', 'ready', 'ended created']);
    const items = await scene.world.items(scene.context.jobId);
    expect([items[0]?.recordId, items[3]?.recordId]).toEqual(ids);
    expect([limits.isOff, lists]).toEqual([true, 1]);
  });

  it.each([
    ['no such route', { status: 405 }, 'BULK_SAVE_UNSUPPORTED', true],
    ['too large', { status: 413 }, null, false],
  ] as const)('for %s did nothing: no look', async (...each) => {
    const [, more, code, isOff] = each;
    const scene = await sending(6);
    const { left, limits, lists, parts } = await narrowed(scene, refusal(scene.progress, {}, more));
    expect(left).toEqual(Array.from({ length: 6 }, () => 'ready'));
    expect([limits.isOff, lists]).toEqual([isOff, 0]);
    const job = await scene.world.service.job(scene.context.jobId);
    expect(job.warnings.map((warning) => warning.code)).toEqual(code === null ? [] : [code]);
    if (isOff) return;
    expect(limits.size).toBe(3);
    expect(seqsOf(parts)).toEqual([[1, 2, 3, 4, 5, 6]]);
  });
});
