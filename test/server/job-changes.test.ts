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

  it('forgets jobs that were only named before those that somebody subscribed to, oldest first', async () => {
    const clock = new FakeClock();
    const told: string[] = [];
    let version = '1';
    const service = { jobVersion: () => Promise.resolve(version) };
    const watch = watchJobs({ service, clock }, (uri) => told.push(uri));
    const uriOf = (jobId: string): string => addressOf({ kind: 'job', jobId });
    const named = Array.from({ length: 150 }, (_, no) => `named-${String(no)}`);
    const subscribed = Array.from({ length: 150 }, (_, no) => `subscribed-${String(no)}`);
    await watch.subscribe(uriOf('first'));
    for (const id of named) watch.notice(id);
    for (const id of subscribed) await watch.subscribe(uriOf(id));
    version = '2';
    await clock.advance(1000);
    // 200 in all: the 49 that were named last remain of those.
    const kept = ['first', ...named.slice(-49), ...subscribed].map(uriOf);
    expect(told.sort()).toEqual(kept.sort());
    watch.stop();
  });

  it('forgets the oldest when there are too many that somebody subscribed to', async () => {
    const clock = new FakeClock();
    const told: string[] = [];
    let version = '1';
    const service = { jobVersion: () => Promise.resolve(version) };
    const watch = watchJobs({ service, clock }, (uri) => told.push(uri));
    const ids = Array.from({ length: 201 }, (_, no) => `job-${String(no)}`);
    for (const jobId of ids) await watch.subscribe(addressOf({ kind: 'job', jobId }));
    version = '2';
    await clock.advance(1000);
    expect(told).toHaveLength(200);
    expect(told).not.toContain(addressOf({ kind: 'job', jobId: 'job-0' }));
    watch.stop();
  });

  it('keeps no place for jobs that do not exist', async () => {
    const { watch, told, start, change, look } = await openWatch();
    const first = await start();
    await watch.subscribe(first.uri);
    for (let index = 0; index < 250; index += 1) {
      await watch.subscribe(addressOf({ kind: 'job', jobId: `none-${String(index)}` }));
    }
    await change(first.jobId);
    await look();
    expect(told).toEqual([[first.uri, true]]);
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
