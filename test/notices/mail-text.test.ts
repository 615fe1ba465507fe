// E-mails about jobs: what they hold, in English and Danish, and what texts of files cannot do in them.
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { languageOf, mailText } from '../../src/notices/mail-text.js';

const VIEW = {
  id: 'job1',
  label: 'Efterår',
  operation: 'import',
  resourceType: 'customer',
  status: 'completed',
  dryRun: false,
  totalItems: 1240,
  successfulItems: 1234,
  failedItems: 5,
  skippedItems: 1,
  unknownItems: 0,
  notAttemptedItems: 0,
  options: {},
  source: { name: 'kunder.csv', sizeBytes: 1, sha256: '' },
  error: null,
  errorSummary: [{ code: 'ROW_INVALID', message: 'name is missing', count: 5, rows: [2] }],
  money: { final: 2, totals: [{ currency: 'DKK', net: '1234567.50', gross: '1543209.38' }] },
  rollback: null,
  createdBy: 'Nora',
  organization: { id: 'o', name: 'Alfa ApS', registrationNo: null },
} as unknown as JobView;

function mail(changes: object = {}, event = 'job.completed', language: 'en' | 'da' = 'en') {
  const view = { ...VIEW, ...changes };
  return mailText({ event, view, language, reportUrl: 'https://bulk.example.dk/report.csv' });
}

describe('a mail', () => {
  it('holds counts, causes, money and the address of the report in English', () => {
    const { subject, text } = mail();
    expect(subject).toBe('Import of customers: completed (1,234 successful, 5 failed) - Alfa ApS');
    expect(text.split('\n')).toEqual([
      ...['Import of customers: completed', 'Company: Alfa ApS', 'Label: Efterår'],
      ...['File: kunder.csv', '', 'Items: 1,240', '  Successful: 1,234', '  Failed: 5'],
      ...['  Skipped: 1', '', 'Causes of failed items:', '  5 x ROW_INVALID: name is missing', ''],
      ...['Invoices:', '  DKK: net 1,234,567.50, gross 1,543,209.38', ''],
      ...['Report of the failed rows: https://bulk.example.dk/report.csv', 'Job: job1'],
      ...['Started by: Nora', ''],
      'You receive this mail because your address was given when the job was started.',
      '',
    ]);
  });

  it('and in Danish, with its separators', () => {
    const { subject, text } = mail({}, 'job.cancelled', 'da');
    expect(subject).toBe('Import af kunder: annulleret (1.234 gennemført, 5 mislykket) - Alfa ApS');
    expect(text).toContain('DKK: ekskl. moms 1.234.567,50, inkl. moms 1.543.209,38');
    expect(text).toContain('Årsager til mislykkede poster:');
  });

  it('is in Danish where the job was, else as the server is set', () => {
    expect(languageOf({ ...VIEW, options: { dialect: 'da' } }, 'en')).toBe('da');
    expect(languageOf(VIEW, 'en')).toBe('en');
    expect(languageOf(VIEW, 'da')).toBe('da');
  });

  it('names the error of a failed job, a dry run, and the counts of a rollback', () => {
    const error = { code: 'BILLY_AUTH', message: 'The token is refused.', hint: '' };
    const failed = mail({ error, dryRun: true, money: null, errorSummary: [] }, 'job.failed').text;
    expect(failed).toContain('The job ended with an error: BILLY_AUTH\n  The token is refused.');
    expect(failed).toContain('This was a dry run: nothing was written to Billy.');
    const rollback = { status: 'done', reversed: 7, kept: 2, errored: 1 };
    const undone = mail({ rollback }, 'job.partially_rolled_back').text;
    expect(undone).toContain('Rollback: 7 reversed, 2 kept, 1 errors');
    expect(mail({ rollback: { ...rollback, status: 'foretold' } }).text).not.toContain('Rollback');
  });

  it('keeps each text of a file on its line, visible and short', () => {
    const nasty = `x\r\nBcc: all@example.dk\n\u202e${'y'.repeat(900)}`;
    const { subject, text } = mail({
      label: nasty,
      createdBy: nasty,
      source: { name: nasty },
      organization: { name: nasty },
      errorSummary: [{ code: 'ROW_INVALID', message: nasty, count: 1, rows: [] }],
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject).toContain('⏎Bcc');
    expect(text).not.toMatch(/^Bcc/m);
    expect(text).not.toContain('\u202e');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(240);
  });
});
