// What all tools share: the words about a job, and the shape of a tool.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool, wholeJobResult, READS, summarizeJob } from '../../src/tools/tool.js';
import { jobView } from './support/job-view.js';

describe('summarizeJob', () => {
  it('names the job, where it stands, what came of it and its report', () => {
    const text = summarizeJob(jobView({ outcomes: { created: 2, skipped: 1 } }));
    expect(text.split('\n')).toEqual([
      'Job a1b2 (import customer): completed, 100 % of 3 items.',
      'Outcomes: created 2, skipped 1.',
      'Report: billy-bulk://jobs/a1b2/report.csv',
    ]);
  });

  it('says what is not known yet, whom it waits for and how long', () => {
    const text = summarizeJob(
      jobView({
        status: 'pending',
        dryRun: true,
        totalItems: null,
        progress: 0,
        queuedBehind: 'b2',
        etaSeconds: 7,
      }),
    );
    expect(text).toContain('(dry run of import customer): pending, 0 % of items not counted yet.');
    expect(text).toContain('Waits for job b2.');
    expect(text).toContain('About 7 seconds left.');
    expect(text).not.toContain('Outcomes');
  });

  it('gives the error with its hint and the first causes', () => {
    const cause = (code: string, count: number) => ({ code, message: 'why', count, rows: [2] });
    const text = summarizeJob(
      jobView({
        status: 'failed',
        error: { code: 'BILLY_AUTH', message: 'No.', hint: 'New token.' },
        errorSummary: [cause('A', 9), cause('B', 8), cause('C', 7), cause('D', 6)],
      }),
    );
    expect(text).toContain('BILLY_AUTH: No. New token.');
    expect(text).toContain('9 x A: why\n8 x B: why\n7 x C: why');
    expect(text).not.toContain('D: why');
  });

  it('tells of a job that stands still, and of no other warning', () => {
    const warnings = [
      { code: 'STORE_FAILED', message: 'The job stands still.' },
      { code: 'VALUE_SUSPECT', message: 'Odd.' },
    ];
    const text = summarizeJob(jobView({ status: 'processing', warnings }));
    expect(text).toContain('STORE_FAILED: The job stands still.\n');
    expect(text).not.toContain('Odd.');
  });

  it('tells of a rate that Billy has taught', () => {
    const rate = { allowed: '100/min', learned: '57/min' };
    expect(summarizeJob(jobView({ rate }))).toContain(
      'Billy tolerates 57/min now; 100/min is allowed.',
    );
    expect(summarizeJob(jobView())).not.toContain('tolerates');
  });

  it('tells what running a plan takes', () => {
    const summary = (seconds: number | null): string =>
      summarizeJob(jobView({ dryRun: true, estimate: { requests: 953, seconds } }));
    expect(summary(572)).toContain(
      'Running it takes 953 requests, about 10 minutes at the allowed rate.\n',
    );
    expect(summary(null)).toContain('Running it takes 953 requests.\n');
    expect(summarizeJob(jobView())).not.toContain('Running it takes');
  });

  it('tells how a rollback went', () => {
    const rollback = {
      status: 'partially_rolled_back',
      reason: null,
      total: 10,
      reversed: 7,
      kept: 2,
      errored: 1,
      startedAt: null,
      completedAt: null,
    };
    const text = summarizeJob(jobView({ status: 'partially_rolled_back', rollback }));
    expect(text).toContain('Rollback partially_rolled_back: 7 of 10 reversed, 2 kept, 1 errored.');
  });
});

describe('a tool', () => {
  it('is the value it was defined by', () => {
    const value = {
      name: 'nothing',
      title: 'Nothing',
      description: 'Does nothing.',
      annotations: READS,
      inputSchema: z.strictObject({}),
      outputSchema: z.looseObject({ success: z.literal(true) }),
      run: () => Promise.resolve({ success: true as const }),
      summarize: () => 'nothing',
    };
    expect(defineTool(value)).toBe(value);
  });

  it('that gives a job gives all of it', () => {
    expect(wholeJobResult.safeParse({ success: true, job: jobView() }).success).toBe(true);
    const job = { ...jobView(), outcomes: undefined };
    expect(wholeJobResult.safeParse({ success: true, job }).success).toBe(false);
  });
});
