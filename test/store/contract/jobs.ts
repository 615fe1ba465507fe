/** Jobs: what is kept of them, how they are listed, which of them wait. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { OUTCOMES } from '../../../src/model/item.js';
import type { JobPatch, NewJob } from '../../../src/model/job.js';
import {
  claimedJob,
  endedJob,
  freshStore,
  newJob,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  type OpenStore,
} from './fixtures.js';

const organizationId = ORGANIZATION_ID;

async function createJobs(store: JobStore, jobs: Record<string, Partial<NewJob>>): Promise<void> {
  for (const [id, overrides] of Object.entries(jobs)) await store.createJob(newJob(id, overrides));
}

function describeKeeping(open: OpenStore): void {
  const store = freshStore(open);

  it('begin pending, with everything they were given and nothing done', async () => {
    const given = newJob('j1', {
      options: { æøå: [1, { deep: null }], dryRun: true },
      label: 'Påske',
      dryRun: true,
      planOfJobId: 'j0',
      warnings: [{ code: 'COLUMN_IGNORED', message: 'one' }],
    });
    const created = await store().createJob(given);
    expect(created).toMatchObject({
      ...given,
      status: 'pending',
      phase: 'scan',
      cancelRequested: false,
      cancelledBy: null,
      totalItems: null,
      error: null,
      rollback: null,
      result: null,
      updatedAtMs: NOW_MS,
      startedAtMs: null,
      completedAtMs: null,
    });
    expect(created.outcomes).toEqual(Object.fromEntries(OUTCOMES.map((name) => [name, 0])));
    expect(await store().getJob({ jobId: 'j1' })).toEqual(created);
  });

  it('may lack a source and a reading', async () => {
    await store().createJob(newJob('j1', { source: null, sourceSettings: null }));
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({
      source: null,
      sourceSettings: null,
    });
  });

  it('have ids of their own: a second one is refused and the first stays', async () => {
    await store().createJob(newJob('j1', { label: 'first' }));
    const again = store().createJob(newJob('j1', { label: 'second' }));
    await expect(again).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ label: 'first' });
  });

  it('are null when nobody made them', async () => {
    expect(await store().getJob({ jobId: 'nobody' })).toBeNull();
  });
}

const PATCH: Required<JobPatch> = {
  status: 'processing',
  phase: 'run',
  sourceSettings: { columns: ['name', null] },
  totalRows: 12,
  totalItems: 11,
  error: { code: 'BILLY_AUTH', message: 'no', hint: 'yes' },
  warnings: [{ code: 'FIELD_ALTERED', message: 'two' }],
  rollback: {
    status: 'foretold',
    reason: null,
    total: 4,
    reversed: 3,
    kept: 1,
    errored: 0,
    startedAtMs: null,
    completedAtMs: null,
  },
  result: { path: '/tmp/æ.csv', total: 3 },
  startedAtMs: NOW_MS + 10,
  completedAtMs: NOW_MS + 20,
};

function describeChanging(open: OpenStore): void {
  const store = freshStore(open);

  it('take every field of a patch', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, { ...PATCH, nowMs: NOW_MS + 30 });
    const changed = await store().getJob({ jobId: 'j1' });
    expect(changed).toMatchObject({ ...PATCH, updatedAtMs: NOW_MS + 30, label: null });
  });

  it('keep what a patch does not name, and lose what it sets to null', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, PATCH);
    await patchJob(store(), claimed, { error: null, completedAtMs: null, rollback: null });
    const changed = await store().getJob({ jobId: 'j1' });
    expect(changed).toMatchObject({ ...PATCH, error: null, completedAtMs: null, rollback: null });
  });

  it('change one at a time', async () => {
    const before = await store().createJob(newJob('j2'));
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, PATCH);
    const change = expect.any(Number) as number;
    expect(await store().getJob({ jobId: 'j2' })).toEqual({ ...before, change });
  });

  it('cannot be patched when they do not exist: no row matched is an error', async () => {
    const { lease } = await claimedJob(store(), 'j1');
    const lost = patchJob(store(), { jobId: 'nobody', lease }, { status: 'completed' });
    await expect(lost).rejects.toMatchObject({ name: 'StoreError' });
  });
}

async function idsOnPages(store: JobStore, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = {
      organizationIds: [organizationId],
      limit,
      ...(cursor === null ? {} : { cursor }),
    };
    const { jobs, nextCursor } = await store.listJobs(page);
    pages.push(jobs.map(({ id }) => id));
    cursor = nextCursor;
  } while (cursor !== null && pages.length < 20);
  return pages;
}

function describePages(open: OpenStore): void {
  const store = freshStore(open);

  it('are listed newest first, page by page, each once, equal times included', async () => {
    await createJobs(store(), {
      a: { createdAtMs: NOW_MS },
      b: { createdAtMs: NOW_MS + 5 },
      c: { createdAtMs: NOW_MS + 5 },
      d: { createdAtMs: NOW_MS + 5 },
      e: { createdAtMs: NOW_MS + 9 },
    });
    const newestFirst = ['e', 'd', 'c', 'b', 'a'];
    for (const limit of [1, 2, 3, 4]) {
      const pages = await idsOnPages(store(), limit);
      expect(pages.flat()).toEqual(newestFirst);
      expect(pages.every((page) => page.length <= limit)).toBe(true);
    }
    expect(await idsOnPages(store(), 5)).toEqual([newestFirst]);
  });

  it('do not move to another page when newer ones come', async () => {
    await createJobs(store(), { a: { createdAtMs: 1 }, b: { createdAtMs: 2 } });
    const first = await store().listJobs({ organizationIds: [organizationId], limit: 1 });
    await createJobs(store(), { c: { createdAtMs: 3 } });
    const cursor = first.nextCursor ?? '';
    const second = await store().listJobs({ organizationIds: [organizationId], limit: 1, cursor });
    expect(second.jobs.map(({ id }) => id)).toEqual(['a']);
    expect(second.nextCursor).toBeNull();
  });

  it.each(['', 'x', '1.', "1.a' OR 1=1", '1.a.b'])('refuse the cursor %j', async (cursor) => {
    const page = store().listJobs({ organizationIds: [organizationId], limit: 1, cursor });
    await expect(page).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
}

function describeFilters(open: OpenStore): void {
  const store = freshStore(open);

  it.each([
    [{ status: 'completed' }, ['done']],
    [{ resourceType: 'gadget' }, ['gadget']],
    [{ operation: 'export' }, ['export']],
    [{ label: 'Påske' }, ['label']],
    [{ status: 'pending', operation: 'import', label: 'Påske' }, ['label']],
    [{ status: 'completed', label: 'Påske' }, []],
    [{ dryRun: true }, ['plan']],
    [{ dryRun: false, operation: 'export' }, ['export']],
    [{ createdFromMs: NOW_MS + 1 }, ['plan']],
    [{ createdToMs: NOW_MS - 1 }, ['gadget']],
    [{}, ['plan', 'label', 'export', 'done', 'gadget']],
  ] as const)('can be listed by %j', async (filter, ids) => {
    await createJobs(store(), {
      export: { operation: 'export' },
      gadget: { resourceType: 'gadget', createdAtMs: NOW_MS - 5 },
      plan: { dryRun: true, createdAtMs: NOW_MS + 5, operation: 'update' },
      label: { label: 'Påske' },
      foreign: { organizationId: 'org-2', label: 'Påske' },
    });
    await endedJob(store(), 'done');
    const { jobs } = await store().listJobs({
      organizationIds: [organizationId],
      limit: 10,
      ...filter,
    });
    expect(jobs.map(({ id }) => id)).toEqual(ids);
  });

  it('are counted by status, without those of other organizations', async () => {
    await createJobs(store(), { a: {}, b: {}, foreign: { organizationId: 'org-2' } });
    await endedJob(store(), 'c', { status: 'failed' });
    expect(await store().countJobs({ organizationIds: [organizationId] })).toEqual({
      pending: 2,
      failed: 1,
    });
    expect(await store().countJobs({ organizationIds: ['org-3'] })).toEqual({});
  });

  it('are unfinished, oldest first, until their phase is done', async () => {
    await createJobs(store(), {
      new: { createdAtMs: NOW_MS + 2 },
      old: { createdAtMs: NOW_MS + 1 },
      foreign: { organizationId: 'org-2' },
    });
    await endedJob(store(), 'ended');
    expect(await store().listWaitingOrganizations()).toEqual([organizationId, 'org-2'].sort());
    const undoing = await endedJob(store(), 'undoing');
    await patchJob(store(), undoing, { phase: 'undo', status: 'rolling_back' });
    const jobs = await store().listUnfinished({ organizationIds: [organizationId] });
    expect(jobs.map(({ id }) => id)).toEqual(['undoing', 'old', 'new']);
    expect(await store().listWaitingOrganizations()).toEqual([organizationId, 'org-2'].sort());
  });
}

function describeLanes(open: OpenStore): void {
  const store = freshStore(open);

  it('stand behind the unfinished job of their lane that came last before them', async () => {
    await createJobs(store(), {
      first: { createdAtMs: NOW_MS + 1 },
      elsewhere: { createdAtMs: NOW_MS + 3, lane: 'another' },
      last: { createdAtMs: NOW_MS + 9 },
    });
    const second = await claimedJob(store(), 'second', { job: { createdAtMs: NOW_MS + 2 } });
    const lane = newJob('x').lane;
    const ahead = (jobId: string): Promise<string | null> => store().jobAhead({ jobId, lane });
    expect(await ahead('last')).toBe('second');
    expect(await ahead('second')).toBe('first');
    expect(await ahead('first')).toBeNull();
    await patchJob(store(), second, { phase: 'done', status: 'completed' });
    expect(await ahead('last')).toBe('first');
    expect(await store().jobAhead({ jobId: 'elsewhere', lane: 'another' })).toBeNull();
  });

  it('that are to start after a job stand aside until that has ended', async () => {
    const first = await claimedJob(store(), 'first', { job: { createdAtMs: NOW_MS + 1 } });
    await createJobs(store(), {
      waiting: { createdAtMs: NOW_MS + 2, afterJobId: 'first' },
      last: { createdAtMs: NOW_MS + 3 },
    });
    const lane = newJob('x').lane;
    const listed = async (): Promise<string[]> =>
      (await store().listUnfinished({ organizationIds: [organizationId] })).map(({ id }) => id);
    expect((await store().getJob({ jobId: 'waiting' }))?.afterJobId).toBe('first');
    expect(await listed()).toEqual(['first', 'last']);
    expect(await store().jobAhead({ jobId: 'last', lane })).toBe('first');
    await patchJob(store(), first, { phase: 'done', status: 'completed' });
    expect(await listed()).toEqual(['waiting', 'last']);
    expect(await store().jobAhead({ jobId: 'last', lane })).toBe('waiting');
  });

  it('made in the same millisecond stand in one order, the one of listUnfinished', async () => {
    await createJobs(store(), { b: {}, a: {}, c: {} });
    const lane = newJob('x').lane;
    const order = (await store().listUnfinished({ organizationIds: [organizationId] })).map(
      ({ id }) => id,
    );
    const ahead = await Promise.all(order.map((jobId) => store().jobAhead({ jobId, lane })));
    expect(ahead).toEqual([null, ...order.slice(0, -1)]);
  });
}

function describeEarlierAndRunning(open: OpenStore): void {
  const store = freshStore(open);

  it('can be listed by the content of their source, newest first, without dry runs', async () => {
    const source = { name: 'kunder.csv', sizeBytes: 120, sha256: 'cd'.repeat(32) };
    await createJobs(store(), {
      old: { source },
      new: { source, createdAtMs: NOW_MS + 1 },
      plan: { source, dryRun: true },
      update: { source, operation: 'update' },
      gadget: { source, resourceType: 'gadget' },
      foreign: { source, organizationId: 'org-2' },
      other: {},
      none: { source: null },
    });
    const { sha256 } = source;
    const of = { organizationId, operation: 'import', resourceType: 'widget', sha256 } as const;
    const jobs = await store().listJobsOfSource({ ...of, limit: 5 });
    expect(jobs.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(await store().listJobsOfSource({ ...of, limit: 1 })).toMatchObject([{ id: 'new' }]);
  });

  it('asked for again wait for the job of their lane that is at work', async () => {
    const lane = newJob('x').lane;
    const atWork = (jobId: string, sinceMs: number): Promise<string | null> =>
      store().jobAtWork({ jobId, lane, sinceMs });
    await endedJob(store(), 'old');
    await createJobs(store(), { pending: {}, elsewhere: { lane: 'another' } });
    expect(await atWork('old', NOW_MS)).toBeNull();
    const running = await claimedJob(store(), 'running', { job: { createdAtMs: NOW_MS + 2 } });
    await patchJob(store(), running, { phase: 'run', status: 'processing' });
    expect(await atWork('old', NOW_MS + 5)).toBe('running');
    expect(await atWork('running', NOW_MS + 5)).toBeNull();
    await patchJob(store(), running, { phase: 'done', status: 'completed' });
    expect(await atWork('old', NOW_MS + 5)).toBeNull();
    const ask = { from: ['completed'], reason: null, nowMs: NOW_MS + 9 } as const;
    await store().requestRollback({ ...ask, jobId: 'running' });
    expect(await atWork('old', NOW_MS + 10)).toBe('running');
    expect(await atWork('old', NOW_MS + 9)).toBeNull();
  });
}

function describeFinding(open: OpenStore): void {
  const store = freshStore(open);

  it.each([
    ['its own', [organizationId], true],
    ['others and its own', ['org-0', organizationId], true],
    ['others', ['org-0', 'org-2'], false],
    ['none', [], false],
  ])('are found among %s organizations: %j', async (_which, organizationIds, isFound) => {
    const job = await store().createJob(newJob('j1'));
    const found = await store().findJob({ jobId: 'j1', organizationIds });
    expect(found).toEqual(isFound ? job : null);
    expect(await store().findJob({ jobId: 'j2', organizationIds })).toBeNull();
  });

  it('are listed and counted over several organizations', async () => {
    await store().createJob(newJob('j1'));
    await store().createJob({ ...newJob('j2'), organizationId: 'org-0' });
    await store().createJob({ ...newJob('j3'), organizationId: 'org-2' });
    const organizationIds = [organizationId, 'org-0'];
    const { jobs } = await store().listJobs({ organizationIds, limit: 10 });
    expect(jobs.map(({ id }) => id).sort()).toEqual(['j1', 'j2']);
    expect(await store().countJobs({ organizationIds })).toEqual({ pending: 2 });
    const unfinished = await store().listUnfinished({ organizationIds });
    expect(unfinished.map(({ id }) => id).sort()).toEqual(['j1', 'j2']);
  });
}

function describeOrganizations(open: OpenStore): void {
  const store = freshStore(open);
  const organization = { id: 'o1', name: 'Ærø ApS', registrationNo: '12345678' };

  it('are remembered by token', async () => {
    await store().rememberOrganization({ tokenHash: 't1', organization });
    expect(await store().findOrganization({ tokenHash: 't1' })).toEqual(organization);
    expect(await store().findOrganization({ tokenHash: 't2' })).toBeNull();
  });

  it('are listed once, however many tokens have opened them', async () => {
    const other = { ...organization, id: 'o0' };
    await store().rememberOrganization({ tokenHash: 't1', organization });
    await store().rememberOrganization({ tokenHash: 't2', organization });
    await store().rememberOrganization({ tokenHash: 't3', organization: other });
    expect(await store().listOrganizations()).toEqual([other, organization]);
  });

  it('are replaced by what is learned later', async () => {
    await store().rememberOrganization({ tokenHash: 't1', organization });
    const renamed = { id: 'o1', name: 'Ærø A/S', registrationNo: null };
    await store().rememberOrganization({ tokenHash: 't1', organization: renamed });
    expect(await store().findOrganization({ tokenHash: 't1' })).toEqual(renamed);
  });
}

export function describeJobs(open: OpenStore): void {
  describe('jobs', () => {
    describeKeeping(open);
    describeChanging(open);
  });
  describe('lists of jobs', () => {
    describePages(open);
    describeFilters(open);
    describeEarlierAndRunning(open);
    describeFinding(open);
  });
  describe('lanes', () => {
    describeLanes(open);
  });
  describe('organizations', () => {
    describeOrganizations(open);
  });
}
