// A job in words: every decisive fact of the structure is in the text, for hosts that show only that.
import { describe, expect, it } from 'vitest';
import { summarizeJob, warningLines } from '../../src/tools/job-words.js';
import { jobView } from './support/job-view.js';

const source = { name: 'kunder.csv', sizeBytes: 1, sha256: 'ab' };
const rollback = {
  status: 'running',
  reason: null,
  total: 10,
  reversed: 7,
  kept: 2,
  errored: 1,
  startedAt: null,
  completedAt: null,
};

describe('summarizeJob', () => {
  it('names the job, where it stands, what came of it and its report', () => {
    const text = summarizeJob(jobView({ outcomes: { created: 2, skipped: 1 } }));
    expect(text.split('\n')).toEqual([
      'Job a1b2 (import customer): completed, 100 % of 3 items.',
      'Outcomes: created 2, skipped 1.',
      'Report: billy-bulk://jobs/a1b2/report.csv',
    ]);
  });

  it('names its label and its file', () => {
    const text = summarizeJob(jobView({ label: 'Maj', source, dryRun: true }));
    expect(text).toContain('Job a1b2 (dry run of import customer, "Maj", "kunder.csv"): completed');
  });

  it('says what is not known yet, whom it waits for and how long', () => {
    const more = { status: 'pending', dryRun: true, totalItems: null, progress: 0 } as const;
    const text = summarizeJob(jobView({ ...more, queuedBehind: 'b2', etaSeconds: 7 }));
    expect(text).toContain('(dry run of import customer): pending, 0 % of items not counted yet.');
    expect(text).toContain('Waits for job b2.');
    expect(text).toContain('About 7 seconds left.');
    expect(text).not.toContain('Outcomes');
  });

  it('gives the error with its hint, and every cause with its first rows', () => {
    const cause = (code: string, count: number, rows: number[]) => {
      return { code, message: 'why', count, rows };
    };
    const text = summarizeJob(
      jobView({
        status: 'failed',
        error: { code: 'BILLY_AUTH', message: 'No.', hint: 'New token.' },
        errors: [{ row: 31, key: 'Bent & Co', code: 'E', field: null, message: 'why' }],
        errorSummary: [
          cause('A', 9, [2, 3, 5, 8, 13]),
          cause('B', 4, [4]),
          cause('C', 4, []),
          cause('D', 4, [6]),
          cause('E', 1, [31]),
        ],
      }),
    );
    expect(text).toContain('BILLY_AUTH: No. New token.');
    expect(text).toContain('9 x A (rows 2, 3, 5, 8, 13, ...): why\n');
    expect(text).toContain('4 x C: why\n4 x D (rows 6, ...): why\n');
    expect(text).toContain('1 x E (rows 31): why ["Bent & Co"]');
  });

  it('gives every warning', () => {
    const warnings = [
      { code: 'STORE_FAILED', message: 'The job stands still.' },
      { code: 'COLUMN_IGNORED', message: 'Ignored: "Saldo".' },
    ];
    const text = summarizeJob(jobView({ warnings }));
    expect(text).toContain('Warning STORE_FAILED: The job stands still.\n');
    expect(text).toContain('Warning COLUMN_IGNORED: Ignored: "Saldo".\n');
  });

  it('tells of rows that were not attempted, and of repeats', () => {
    const counts = { notAttemptedItems: 4, duplicates: { inFile: 1, inBilly: 2 } };
    const text = summarizeJob(jobView({ status: 'cancelled', ...counts }));
    expect(text).toContain('Not attempted: 4; retry_failed_items sends them.\n');
    expect(text).toContain('Repeated in the file: 1 row.\nAlready in Billy: 2 rows.\n');
    expect(summarizeJob(jobView({ status: 'processing', ...counts }))).not.toContain(
      'Not attempted',
    );
  });

  it('tells of a cancel and of a pause under way, and gives no time left then', () => {
    const now = { status: 'processing', etaSeconds: 1264 } as const;
    const cancelling = summarizeJob(jobView({ ...now, cancelRequested: true }));
    expect(cancelling).toContain('Cancel requested: the job stops once requests under way');
    expect(cancelling).not.toContain('left');
    const pausing = summarizeJob(jobView({ ...now, pauseRequested: true }));
    expect(pausing).toContain('Pause requested: the job pauses once requests under way');
    const paused = summarizeJob(jobView({ status: 'paused', pauseRequested: true }));
    expect(paused).toContain('Paused on request; resume_bulk_job continues it.');
    expect(summarizeJob(jobView({ status: 'paused' }))).toContain('it continues by itself');
  });

  it('gives the sums of invoices, and how many are approved for good', () => {
    const totals = [
      { currency: 'DKK', net: '1000.00', gross: '1250.00' },
      { currency: 'EUR', net: '10.00', gross: null },
    ];
    const text = summarizeJob({
      ...jobView({ resourceType: 'invoice' }),
      money: { final: 1, totals },
    });
    expect(text).toContain('Sums: DKK 1000.00 net, 1250.00 gross; EUR 10.00 net.\n');
    expect(text).toContain('Approved for good: 1 invoice; an approval cannot be undone.\n');
  });

  it('tells of a rate that Billy has taught, while the job runs', () => {
    const rate = { allowed: '100/min', learned: '57/min' };
    const text = 'Billy tolerates 57/min now; 100/min is allowed.';
    expect(summarizeJob(jobView({ rate, status: 'processing' }))).toContain(text);
    expect(summarizeJob(jobView({ rate }))).not.toContain('tolerates');
  });

  it('tells what running a plan takes', () => {
    const summary = (seconds: number | null): string =>
      summarizeJob(jobView({ dryRun: true, estimate: { requests: 953, seconds } }));
    expect(summary(572)).toContain('Running it takes 953 requests, about 10 minutes at 100/min.\n');
    expect(summary(null)).toContain('Running it takes 953 requests.\n');
    expect(summarizeJob(jobView())).not.toContain('Running it takes');
  });

  it('tells how a rollback went, or would go', () => {
    const ended = { ...rollback, status: 'done' };
    const text = summarizeJob(jobView({ status: 'partially_rolled_back', rollback: ended }));
    expect(text).toContain(
      'Rollback done: 7 of 10 reversed, 2 kept, 1 errored. get_bulk_job_report',
    );
    const foretold = { ...rollback, status: 'foretold', kept: 0, errored: 0 };
    expect(summarizeJob(jobView({ rollback: foretold }))).toContain(
      'Rollback preview: 7 of 10 reversed, 0 kept, 0 errored.\n',
    );
  });
});

describe('warningLines', () => {
  it('counts those that it does not show, and cuts long ones', () => {
    const warnings = Array.from({ length: 10 }, () => ({ code: 'X', message: 'y'.repeat(999) }));
    const lines = warningLines(warnings);
    expect(lines).toHaveLength(9);
    expect(lines[0]?.length).toBeLessThan(260);
    expect(lines.at(-1)).toBe('2 more warnings.');
  });
});
