// The changes of jobs as streams read them: in order, with the view that the status shows, of the caller's companies.
import { describe, expect, it } from 'vitest';
import { openOffice, type Desk } from '../../support/office.js';
import { codeOf } from '../../tools/support/workbench.js';

const WAITING = { seconds: 20, signal: new AbortController().signal, onProgress: () => undefined };

async function finished({ client, service }: Desk, name: string): Promise<string> {
  const call = { name: 'import_customers_csv', arguments: { csvContent: `name\n${name}\n` } };
  const { structuredContent } = await client.callTool(call);
  const { jobId } = structuredContent as { jobId: string };
  await service.status(jobId, WAITING);
  return jobId;
}

describe('the last change of a job', () => {
  it('is the job as the status shows it, with a number that grows', async () => {
    const { alfa, app } = await openOffice();
    const jobId = await finished(alfa, 'A');
    const change = await alfa.service.lastChangeOf(jobId);
    expect(change).toMatchObject({ jobId, organizationId: alfa.organizationId, isDone: true });
    expect(await change.view()).toEqual(await alfa.service.job(jobId));
    const reason = { dryRun: false, reason: null, signal: WAITING.signal };
    await alfa.service.rollback(jobId, reason);
    await alfa.service.status(jobId, WAITING);
    const later = await alfa.service.lastChangeOf(jobId);
    expect(later.change).toBeGreaterThan(change.change);
    expect(await app.changes.last()).toBeGreaterThanOrEqual(later.change);
  });

  it('is not done while the job or its rollback has work left', async () => {
    const { alfa, app } = await openOffice();
    const jobId = await finished(alfa, 'A');
    await app.store.requestRollback({ jobId, from: ['completed'], reason: null, nowMs: 1 });
    expect((await alfa.service.lastChangeOf(jobId)).isDone).toBe(false);
  });

  it('of another company is refused in the words for a job that does not exist', async () => {
    const { alfa, beta } = await openOffice();
    const jobId = await finished(alfa, 'A');
    const refusal = (id: string): Promise<unknown> =>
      beta.service.lastChangeOf(id).catch((error: unknown) => error);
    expect(await refusal(jobId)).toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(await refusal(jobId)).toEqual(await refusal('0'.repeat(32)));
  });
});

describe('the changes of a process', () => {
  it('are those of all companies, or of some, each job once', async () => {
    const { alfa, beta, app } = await openOffice();
    const own = [await finished(alfa, 'A'), await finished(alfa, 'B')];
    const other = await finished(beta, 'C');
    const ids = (changes: readonly { jobId: string }[]): string[] =>
      changes.map(({ jobId }) => jobId);
    expect(ids(await app.changes.next({ after: 0, limit: 9 })).sort()).toEqual(
      [...own, other].sort(),
    );
    const organizationIds = [alfa.organizationId];
    const filter = { organizationIds, after: 0, limit: 9 };
    const changes = await app.changes.ofOrganizations(filter);
    expect(ids(changes).sort()).toEqual(own.sort());
    const [first] = changes;
    expect(await app.changes.before({ organizationIds, count: 1 })).toBe(first?.change);
  });
});

describe('the organizations that a caller may see', () => {
  it('are its own, the named one among them, and no foreign one', async () => {
    const { alfa, beta, both } = await openOffice();
    const [own, foreign] = [alfa.organizationId, beta.organizationId];
    expect(await alfa.service.visibleOrganizations(undefined)).toEqual([own]);
    expect((await both.service.visibleOrganizations(undefined)).sort()).toEqual(
      [own, foreign].sort(),
    );
    expect(await both.service.visibleOrganizations(foreign)).toEqual([foreign]);
    expect(await codeOf(alfa.service.visibleOrganizations(foreign))).toBe('ORGANIZATION_REQUIRED');
  });
});
