// Of several companies, each answer about a job names the one that it is of.
import { describe, expect, it } from 'vitest';
import { openOffice } from '../support/office.js';
import { testWorld } from '../support/engine-world.js';

describe('a status', () => {
  it('names the company where the server works for several', async () => {
    const { alfa } = await openOffice();
    const started = await alfa.client.callTool({
      name: 'import_customers_csv',
      arguments: { csvContent: 'name\nKunde Et', waitSeconds: 20 },
    });
    const { job } = started.structuredContent as { job: { id: string } };
    const { content, structuredContent } = await alfa.client.callTool({
      name: 'get_bulk_job_status',
      arguments: { jobId: job.id },
    });
    const company = { id: alfa.organizationId, registrationNo: '12345678' };
    expect(structuredContent).toMatchObject({ job: { organization: company } });
    const [text] = content as { text: string }[];
    expect(text?.text).toContain(
      `Company "Sandkassens Eksempelfirma ApS" (CVR "12345678", id ${company.id}).`,
    );
    // Once is enough.
    const [plan] = started.content as { text: string }[];
    expect(plan?.text.split('Company "')).toHaveLength(2);
  });

  it('does not name the only company again and again', async () => {
    const world = await testWorld();
    const view = await world.imported('name\nKunde Et');
    expect(view).not.toHaveProperty('organization');
  });
});
