// Removing an organization ends its jobs and erases its token; jobs and journal stay, and nobody else notices.
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import {
  checkStored,
  openJobsOf,
  removeOrganization,
  type RemovalDeps,
} from '../../../src/jobs/admin/remove-organization.js';
import type { JournalEntry } from '../../../src/model/journal.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { calmWorld, type World, type WorldOptions } from '../../support/engine-world.js';
import { openOffice } from '../../support/office.js';

const ROWS = 100;
const SLOW: WorldOptions = {
  sandbox: { latencyMs: { min: 200, max: 200, tailChance: 0, tailMs: 0 } },
};

function rowsOf(name: string, count = ROWS): string {
  const names = Array.from({ length: count }, (_, no) => `${name} ${String(no)}`);
  return ['name', ...names].join('\n');
}

/** A world whose organization has a stored token, and a job. */
async function openWorld(options: WorldOptions = {}) {
  const world = await calmWorld(options);
  const job = await world.startImport(rowsOf('Kunde'));
  const { organizationId } = job;
  await saveToken(world.store, organizationId);
  return { world, job, organizationId };
}

async function saveToken(store: JobStore, organizationId: string): Promise<void> {
  const token = { tokenHash: `hash of ${organizationId}`, sealed: `sealed ${organizationId}` };
  await store.saveToken({ organizationId, ...token, by: 'Anne', nowMs: 0 });
}

function depsOf(world: World): RemovalDeps {
  const { store, clock, service } = world;
  return { store, clock, service, by: 'Bo' };
}

async function journalOf(store: JobStore, organizationId: string): Promise<JournalEntry[]> {
  return [...(await store.readJournal({ chain: { organizationId }, afterSeq: 0, limit: 5000 }))];
}

async function tokensIn(store: JobStore): Promise<string[]> {
  return (await store.listTokens()).map(({ organizationId }) => organizationId);
}

function isSending({ status, processedItems }: { status: string; processedItems: number }) {
  return status === 'processing' && processedItems > 0;
}

describe('a job of an organization that is removed', () => {
  it('is cancelled while it runs: what was sent is told, the rest is not sent', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    await world.until(job.id, isSending);
    await removeOrganization(depsOf(world), organizationId);
    expect(await tokensIn(world.store)).toEqual([]);
    const view = await world.service.job(job.id);
    expect(view).toMatchObject({ status: 'cancelled', totalItems: ROWS });
    expect(view.outcomes.created).toBeGreaterThan(0);
    expect(view.outcomes.created).toBeLessThan(ROWS);
    expect(world.held('contacts')).toHaveLength(view.outcomes.created);
    const writes = world.writes().length;
    expect(writes).toBe(view.outcomes.created);
    expect(await world.items(job.id)).toHaveLength(ROWS);
  });

  it('is cancelled before it begins', async () => {
    const { world, job, organizationId } = await openWorld({ isHeld: true });
    await removeOrganization(depsOf(world), organizationId);
    expect((await world.service.job(job.id)).status).toBe('cancelled');
    expect(await tokensIn(world.store)).toEqual([]);
    expect(world.writes()).toEqual([]);
  });

  it('is cancelled while a person has paused it', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    await world.until(job.id, isSending);
    await world.service.pause(job.id);
    await world.until(job.id, ({ status }) => status === 'paused');
    await removeOrganization(depsOf(world), organizationId);
    expect((await world.service.job(job.id)).status).toBe('cancelled');
    expect(await tokensIn(world.store)).toEqual([]);
  });

  it('ends its rollback first', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    expect((await world.ended(job.id)).outcomes.created).toBe(ROWS);
    const signal = new AbortController().signal;
    await world.service.rollback(job.id, { dryRun: false, reason: null, signal });
    await removeOrganization(depsOf(world), organizationId);
    expect((await world.service.job(job.id)).status).toBe('rolled_back');
    expect(world.held('contacts')).toEqual([]);
    expect(await tokensIn(world.store)).toEqual([]);
  });

  it('takes with it what was to start after it', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    const next = await world.startImport(rowsOf('Næste'), { afterJobId: job.id });
    const last = await world.startImport(rowsOf('Sidste'), { afterJobId: next.id });
    await removeOrganization(depsOf(world), organizationId);
    for (const { id } of [job, next, last]) {
      expect((await world.service.job(id)).status).toBe('cancelled');
    }
    expect(await openJobsOf(world, organizationId)).toEqual([]);
    expect(await tokensIn(world.store)).toEqual([]);
  });

  it('that had ended before stays as it was', async () => {
    const { world, job, organizationId } = await openWorld();
    const before = await world.ended(job.id);
    await removeOrganization(depsOf(world), organizationId);
    expect(await world.service.job(job.id)).toEqual(before);
    expect(await world.items(job.id)).toHaveLength(ROWS);
  });

  it('may end between the look and the cancel', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    const service: RemovalDeps['service'] = {
      cancel: async (jobId) => {
        await world.ended(jobId);
        return world.service.cancel(jobId);
      },
    };
    await removeOrganization({ ...depsOf(world), service }, organizationId);
    expect((await world.service.job(job.id)).status).toBe('completed');
    expect(await tokensIn(world.store)).toEqual([]);
  });
});

describe('a job that another process starts meanwhile', () => {
  it('keeps the token until it is cancelled too', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    await world.service.cancel(job.id);
    await world.ended(job.id);
    const late: string[] = [];
    const store = new Proxy(world.store, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...all: unknown[]) => Promise<unknown>;
        if (name !== 'removeToken' || late.length > 0) return method.bind(target);
        return async (...all: unknown[]) => {
          late.push((await world.startImport(rowsOf('Sen'))).id);
          return method.apply(target, all);
        };
      },
    });
    await removeOrganization({ ...depsOf(world), store }, organizationId);
    expect(await openJobsOf(world, organizationId)).toEqual([]);
    const statuses = late.map(async (id) => (await world.service.job(id)).status);
    expect(await Promise.all(statuses)).toEqual(['cancelled']);
    expect(await tokensIn(world.store)).toEqual([]);
  });
});

describe('the journal', () => {
  it('tells of one cancel, of the end of the job, and last of the removal', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    await world.until(job.id, isSending);
    await removeOrganization(depsOf(world), organizationId);
    const kinds = (await journalOf(world.store, organizationId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'job.cancel')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('organization.remove');
    expect(kinds.indexOf('job.end')).toBeGreaterThan(kinds.indexOf('job.cancel'));
  });
});

describe('the token', () => {
  it('stays if a job does not end: nothing else could settle it', async () => {
    const { world, job, organizationId } = await openWorld(SLOW);
    await world.until(job.id, isSending);
    // No process works on the job any more.
    await world.restart({ isHeld: true });
    const startMs = world.clock.monotonicMs();
    await expect(removeOrganization(depsOf(world), organizationId)).rejects.toMatchObject({
      code: 'JOB_STATE',
    });
    expect(world.clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(120_000);
    expect(await tokensIn(world.store)).toEqual([organizationId]);
    const entries = await journalOf(world.store, organizationId);
    expect(entries.filter(({ kind }) => kind === 'job.cancel')).toHaveLength(1);
    expect(entries.map(({ kind }) => kind)).not.toContain('organization.remove');
    expect((await openJobsOf(world, organizationId)).map(({ id }) => id)).toEqual([job.id]);
    // A process that works again ends the job, and then the organization goes.
    await world.restart({ isHeld: false });
    await removeOrganization(depsOf(world), organizationId);
    expect(await tokensIn(world.store)).toEqual([]);
  });

  it('stays if a job cannot be asked to end', async () => {
    const { world, organizationId } = await openWorld({ isHeld: true });
    const failure = new StoreError({ code: 'STORE_FAILED', message: 'The disk is full.' });
    const service = { cancel: () => Promise.reject(failure) };
    const removal = removeOrganization({ ...depsOf(world), service }, organizationId);
    await expect(removal).rejects.toBe(failure);
    expect(await tokensIn(world.store)).toEqual([organizationId]);
  });

  it('is erased of the one organization; the jobs of another one go on to their end', async () => {
    const sandbox = { latencyMs: { min: 20, max: 20, tailChance: 0, tailMs: 0 } };
    const { app, alfa, beta, both } = await openOffice({ alfa: sandbox, beta: sandbox });
    const { store, clock } = app;
    const start = async ({ client }: typeof alfa): Promise<string> => {
      const call = { name: 'import_customers_csv', arguments: { csvContent: rowsOf('K', 60) } };
      const { structuredContent } = await client.callTool(call);
      return (structuredContent as { jobId: string }).jobId;
    };
    const [theirs, others] = [await start(alfa), await start(beta)];
    for (const { organizationId } of [alfa, beta]) await saveToken(store, organizationId);
    const before = await store.listTokens();
    const { service } = both;
    await removeOrganization({ store, clock, service, by: 'Bo' }, alfa.organizationId);
    expect(await store.listTokens()).toEqual(
      before.filter(({ organizationId }) => organizationId === beta.organizationId),
    );
    expect((await alfa.service.job(theirs)).status).toBe('cancelled');
    const signal = new AbortController().signal;
    const waiting = { seconds: 20, signal, onProgress: () => undefined };
    expect(await beta.service.status(others, waiting)).toMatchObject({
      status: 'completed',
      successfulItems: 60,
    });
  });
});

describe('an organization that the server has no token of', () => {
  it('is refused, and its jobs go on', async () => {
    const world = await calmWorld(SLOW);
    const job = await world.startImport(rowsOf('Kunde', 20));
    for (const id of [job.organizationId, 'ingen', '']) {
      await expect(checkStored(world, id)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      await expect(removeOrganization(depsOf(world), id)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        hint: expect.stringContaining('organizations list') as string,
      });
    }
    expect((await world.ended(job.id)).status).toBe('completed');
  });

  it('is one that was removed before', async () => {
    const { world, organizationId } = await openWorld({ isHeld: true });
    await removeOrganization(depsOf(world), organizationId);
    await expect(removeOrganization(depsOf(world), organizationId)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
