// `options.notifyEmail` at the start: which addresses are taken, and what is stored.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench, takes } from '../tools/support/workbench.js';

const MAIL = {
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'bulk@office.dk',
  MAIL_ALLOWED: 'example.dk, Anna@firm.dk, foreign-org=bo@other.dk',
};

function args(notifyEmail: string, name = 'A') {
  return { csvContent: `name\n${name}\n`, options: { notifyEmail } };
}

describe('the address of a start', () => {
  it('needs a mail server', async () => {
    for (const missing of ['SMTP_URL', 'MAIL_FROM']) {
      const { run } = await openWorkbench({ env: { ...MAIL, [missing]: '' } });
      expect(await codeOf(run(importCustomersCsv, args('a@example.dk')))).toBe('CONFIG_INVALID');
    }
  });

  it('is among the allowed addresses and domains, and else starts nothing', async () => {
    const { run, app, sandbox } = await openWorkbench({ env: MAIL });
    const refused = [
      'a@other.dk',
      'a@sub.example.dk',
      'a@badexample.dk',
      'b@firm.dk',
      'bo@other.dk',
    ];
    for (const address of refused) {
      expect(await codeOf(run(importCustomersCsv, args(address)))).toBe('FORBIDDEN');
    }
    const ids = await app.organizations.knownIds();
    expect(await app.store.countJobs({ organizationIds: ids })).toEqual({});
    expect(sandbox.control.summary().counts['contacts'] ?? 0).toBe(0);
    for (const [no, address] of ['a@EXAMPLE.dk', 'anna@FIRM.dk'].entries()) {
      expect(await run(importCustomersCsv, args(address, String(no)))).toMatchObject({
        success: true,
      });
    }
  });

  it('may be allowed for one organization only', async () => {
    const first = await openWorkbench();
    const organizationId = first.sandbox.control.state().records['organizations']?.[0]?.id ?? '';
    const env = { ...MAIL, MAIL_ALLOWED: `${organizationId}=bo@other.dk` };
    const { run } = await openWorkbench({ env });
    expect(await run(importCustomersCsv, args('bo@other.dk'))).toMatchObject({ success: true });
  });

  it.each([
    'a@example.dk\r\nBcc: b@example.dk',
    'a@example.dk\n',
    'a@example.dk, b@example.dk',
    '',
  ])('is one address without a line break: %j is refused', (address) => {
    expect(takes(importCustomersCsv, args(address))).toBe(false);
  });

  it('does not make another start of the same content', async () => {
    const { run } = await openWorkbench({ env: MAIL });
    const { jobId } = await run(importCustomersCsv, args('a@example.dk'));
    expect(await run(importCustomersCsv, args('b@example.dk'))).toMatchObject({
      ...{ jobId, alreadySubmitted: true },
    });
  });

  it('is taken by the run of a plan as well', async () => {
    const { run, app, ended } = await openWorkbench({ env: MAIL });
    const { jobId: dryRunJobId } = await run(importCustomersCsv, {
      ...{ csvContent: 'name\nA\n', options: { dryRun: true } },
    });
    await ended(dryRunJobId);
    const options = { notifyEmail: 'a@example.dk' };
    const { jobId } = await run(importCustomersCsv, { dryRunJobId, options });
    expect(await app.store.getJob({ jobId: String(jobId) })).toMatchObject({ options });
    const foreign = { dryRunJobId, options: { notifyEmail: 'a@other.dk' } };
    expect(await codeOf(run(importCustomersCsv, foreign))).toBe('FORBIDDEN');
  });
});
