// The journal entry of a call names the organization that the call was about.
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/model/journal.js';
import type { ToolCallNote } from '../../../src/jobs/service/service.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { journalOf } from '../../store/contract/journal.js';
import { openOffice, type Desk, type Office } from '../../support/office.js';

let calls = 0;

/** The entry of a call with a name of its own. */
async function noted(
  office: Office,
  { service }: Pick<Desk, 'service'>,
  call: Partial<ToolCallNote>,
): Promise<JournalEntry | undefined> {
  calls += 1;
  const tool = `tool-${String(calls)}`;
  await service.noteCall({ tool, args: {}, code: null, ms: 1, jobId: null, ...call });
  const entries = await journalOf(office.app.store);
  return entries.find(({ body }) => (body as { tool?: string }).tool === tool);
}

async function jobOf({ service }: Desk): Promise<string> {
  const resource = resourceNamed('customer');
  const input = { csvContent: 'name\nA\n' };
  const options = { dryRun: true };
  return (await service.start({ resource, operation: 'import', input, options })).job.id;
}

describe('a call', () => {
  it('belongs to the organization of the job in its result or its arguments', async () => {
    const office = await openOffice();
    const { alfa, beta, both } = office;
    const [ours, theirs] = [await jobOf(alfa), await jobOf(beta)];
    const made = [
      [{ jobId: ours }, alfa],
      [{ args: { jobId: theirs } }, beta],
      [{ args: { dryRunJobId: theirs } }, beta],
      [{ args: { organizationId: alfa.organizationId } }, alfa],
    ] as const;
    for (const [call, { organizationId }] of made) {
      expect(await noted(office, both, call)).toMatchObject({ organizationId, actor: 'Carla' });
    }
  });

  it('belongs to the only organization of its caller, whatever it names', async () => {
    const office = await openOffice();
    const { alfa, beta } = office;
    const [, theirs] = [await jobOf(alfa), await jobOf(beta)];
    for (const args of [
      {},
      { jobId: theirs },
      { organizationId: beta.organizationId },
      null,
      'x',
    ]) {
      const entry = await noted(office, alfa, { args });
      expect(entry).toMatchObject({ organizationId: alfa.organizationId, actor: 'Anna' });
    }
  });

  it('belongs to none where the named organization is not known yet', async () => {
    const office = await openOffice();
    office.beta.sandbox.control.setDown(true, '503');
    await jobOf(office.alfa);
    const { organizationId } = office.beta;
    const entry = await noted(office, office.both, { args: { organizationId } });
    expect(entry).toMatchObject({ organizationId: null });
  });

  it('belongs to none where a caller of several names none of them', async () => {
    const office = await openOffice();
    await Promise.all([office.alfa, office.beta].map(jobOf));
    for (const args of [{}, { jobId: 'ingen' }, { organizationId: 'ingen' }]) {
      expect(await noted(office, office.both, { args })).toMatchObject({ organizationId: null });
    }
  });
});
