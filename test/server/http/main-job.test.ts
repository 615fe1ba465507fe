// The main job over HTTP, with the clients that hosts embed: check a file, run it, take it back.
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { CLIENT_KINDS, type Progress, type Session } from '../../support/stdio-clients.js';
import { connectOver } from './support/clients.js';
import { openHttpOffice } from './support/http-office.js';

const ROWS = 30;
const CSV = [
  'name,email,contactNo',
  ...Array.from(
    { length: ROWS },
    (_, no) => `Kunde ${String(no)} ApS,k${String(no)}@kunde.example,K${String(no)}`,
  ),
  'Kunde uden adresse,ikke en adresse,K99',
].join('\n');

interface Listener {
  readonly session: Session;
  readonly onProgress?: (progress: Progress) => void;
}

/** A call and the wait for its end in one, as a host makes it. */
async function jobAfter(
  { session, onProgress = () => undefined }: Listener,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<JobView> {
  const all = { ...args, waitSeconds: 45 };
  const { isError, text, structured } = await session.callTool(tool, all, { onProgress });
  if (isError) throw new Error(text);
  return (structured as { job: JobView }).job;
}

describe.each(CLIENT_KINDS)('a client: %s', (kind) => {
  it('imports after a dry run, and takes all of it back', async () => {
    const slow = { min: 30, max: 30, tailChance: 0, tailMs: 0 };
    const { mcpUrl, keyFor, alfa, beta } = await openHttpOffice({
      office: { alfa: { latencyMs: slow } },
    });
    const { key } = await keyFor({ organizations: [alfa.organizationId], name: 'Nora' });
    const session = await connectOver(mcpUrl, key, kind);
    const contacts = (): number => alfa.sandbox.control.summary().counts['contacts'] ?? 0;

    const options = { dryRun: true };
    const plan = await jobAfter({ session }, 'import_customers_csv', { csvContent: CSV, options });
    expect(plan).toMatchObject({ status: 'completed', dryRun: true, createdBy: 'Nora' });
    expect(plan).toMatchObject({ outcomes: { created: ROWS, failed: 1 } });
    expect(contacts()).toBe(0);

    const heard: Progress[] = [];
    const listener = { session, onProgress: (told: Progress) => heard.push(told) };
    const run = await jobAfter(listener, 'import_customers_csv', { dryRunJobId: plan.id });
    expect(run).toMatchObject({ status: 'completed', outcomes: { created: ROWS, failed: 1 } });
    expect(run.organizationId).toBe(alfa.organizationId);
    expect(contacts()).toBe(ROWS);
    const steps = heard.map(({ progress }) => progress);
    expect(steps).not.toEqual([]);
    expect(steps).toEqual([...new Set(steps)].sort((left, right) => left - right));

    const report = await session.readResource(`billy-bulk://jobs/${run.id}/report.csv`);
    expect(report.text).toContain('Kunde uden adresse');
    const undone = await jobAfter({ session }, 'rollback_job', { jobId: run.id });
    expect(undone).toMatchObject({
      status: 'rolled_back',
      rollback: { total: ROWS, reversed: ROWS, kept: 0, errored: 0 },
    });
    expect(contacts()).toBe(0);
    expect(beta.sandbox.control.counters().byMethod['POST'] ?? 0).toBe(0);
  });

  it('sees the tools that the others see', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const viewer = await connectOver(mcpUrl, (await keyFor({ role: 'viewer' })).key, kind);
    const admin = await connectOver(mcpUrl, (await keyFor({ role: 'admin' })).key, kind);
    expect(await viewer.listTools()).toEqual(await admin.listTools());
  });
});
