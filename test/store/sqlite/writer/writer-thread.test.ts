/** What the thread answers (src/store/sqlite/writer/writer-thread.ts), spoken to directly. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import type { PlainBatch } from '../../../../src/store/sqlite/writer/uniform-batch.js';
import { openSqliteStore } from '../../../../src/store/sqlite/sqlite-store.js';
import { claimedJob, NOW_MS } from '../../contract/fixtures.js';
import { temporaryFile } from '../../support/sqlite-files.js';

const THREAD = new URL('../../../../dist/store/sqlite/writer/writer-thread.js', import.meta.url);

it('answers each batch in its turn, and nothing after one that it could not store', async () => {
  const { file, remove } = temporaryFile();
  const store = await openSqliteStore({ path: file });
  const at = await claimedJob(store, 'j1');
  const worker = new Worker(THREAD, { workerData: file });
  onTestFinished(async () => {
    await worker.terminate();
    await store.close();
    remove();
  });
  const batch = (firstSeq: number): PlainBatch => ({
    ...at,
    nowMs: NOW_MS,
    patch: { state: 'ended', outcome: 'created', plan: null },
    firstSeq,
    rows: [firstSeq + 1],
    cells: [['Kunde']],
    keys: ['Kunde'],
  });
  const answers: unknown[] = [];
  worker.on('message', (said) => answers.push(said));
  worker.postMessage(batch(1));
  await once(worker, 'message');
  worker.postMessage(batch(1));
  await once(worker, 'message');
  worker.postMessage(batch(2));
  // It hears what it is told in order: had it stored the last one, it would have said so by then.
  const deaf = once(worker, 'message', { signal: AbortSignal.timeout(300) });
  await expect(deaf).rejects.toThrow('aborted');
  expect(answers).toEqual([
    { kind: 'stored' },
    { kind: 'failed', message: expect.stringContaining('UNIQUE') as string },
  ]);
  expect(await store.countItems({ jobId: 'j1', states: ['ended'] })).toBe(1);
});
