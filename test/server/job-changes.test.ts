// Telling subscribers that a job has changed.
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../src/jobs/job/addresses.js';
import { calmWorld } from '../support/engine-world.js';
import { FakeClock } from '../support/fake-clock.js';
import { watchJobs } from '../../src/server/job-changes.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { openWorkbench } from '../tools/support/workbench.js';

async function openWatch() {
  const bench = await openWorkbench();
  const clock = new FakeClock();
  const told: [uri: string, isSubscribed: boolean][] = [];
  const watch = watchJobs({ service: bench.call().service, clock }, (uri, isSubscribed) => {
    told.push([uri, isSubscribed]);
  });
  const start = async (): Promise<{ jobId: string; uri: string }> => {
    const options = { dryRun: true };
    const { jobId } = await bench.run(importCustomersCsv, { csvContent: 'name\nA\n', options });
    await bench.ended(jobId);
    return { jobId: String(jobId), uri: `billy-bulk://jobs/${String(jobId)}` };
  };
  const change = async (jobId: string): Promise<void> => {
    const { store } = bench.app;
    await store.requestRollback({ jobId, from: ['completed'], reason: null, nowMs: 1 });
  };
  /** A second passes, and with it one look at the store. */
  const look = async (): Promise<void> => {
    await clock.advance(1000);
    await bench.app.store.countJobs({ organizationIds: [''] });
    await clock.advance(0);
  };
  return { watch, told, start, change, look, clock };
}

describe('watchJobs', () => {
  it('tells each change once, and not what was there before', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const { jobId, uri } = await start();
    await watch.subscribe(uri);
    await look();
    expect(told).toEqual([]);
    await change(jobId);
    await look();
    expect(told).toEqual([[uri, true]]);
    await look();
    expect(told).toHaveLength(1);
    watch.stop();
  });

  it('looks at jobs that were only named, and says that nobody subscribed', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const [named, left] = [await start(), await start()];
    watch.notice(named.jobId);
    await watch.subscribe(left.uri);
    await look();
    watch.unsubscribe(left.uri);
    for (const { jobId } of [named, left]) await change(jobId);
    await look();
    expect(told).toEqual([
      [named.uri, false],
      [left.uri, false],
    ]);
    watch.stop();
  });

  it('stays subscribed when the job is named again', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const { jobId, uri } = await start();
    await watch.subscribe(uri);
    watch.notice(jobId);
    await look();
    await change(jobId);
    await look();
    expect(told).toEqual([[uri, true]]);
    watch.stop();
  });

  it('knows nothing of other addresses, and minds no job that is not there', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const { jobId, uri } = await start();
    await watch.subscribe(`${uri}/report.csv`);
    await watch.subscribe('billy-bulk://jobs/unknown');
    await look();
    await change(jobId);
    await look();
    expect(told).toEqual([]);
    watch.stop();
  });

  it('forgets the job that was named longest ago when there are too many', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const [first, second] = [await start(), await start()];
    await watch.subscribe(first.uri);
    for (let index = 0; index < 199; index += 1) watch.notice(`none-${index}`);
    await watch.subscribe(second.uri);
    await look();
    for (const { jobId } of [first, second]) await change(jobId);
    await look();
    await expect.poll(() => told).toEqual([[second.uri, true]]);
    watch.stop();
  });

  it('looks no more once it is stopped', async () => {
    const { watch, clock } = await openWatch();
    expect(clock.pendingCount).toBe(1);
    watch.stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('tells a change in the first second after the subscription', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nKunde\n');
    const clock = new FakeClock();
    const told: string[] = [];
    const watch = watchJobs({ service: world.service, clock }, (uri) => told.push(uri));
    const uri = addressOf({ kind: 'job', jobId: id });
    await watch.subscribe(uri);
    await world.service.cancel(id);
    await clock.advance(1000);
    await world.service.job(id);
    expect(told).toEqual([uri]);
    watch.stop();
  });
});
