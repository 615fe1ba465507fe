// What starting tools share: their fields, their result and the words about it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LIMITS } from '../../src/core/limits.js';
import {
  cellField,
  idsField,
  sourceFields,
  start,
  startFields,
  startResult,
  summarizeStart,
  updatesField,
} from '../../src/tools/start.js';
import { importOptions } from '../../src/tools/start-options.js';
import { fuzzRuns } from '../support/fuzz.js';
import { jobView } from './support/job-view.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const input = z.strictObject({ ...sourceFields, ...startFields, options: importOptions });

describe('the fields of a start', () => {
  it.each([
    { csvContent: 'name\nA' },
    { rows: [{ name: 'A', ean: null, isArchived: true, contactNo: 7 }] },
    { filePath: 'kunder.csv', options: { delimiter: ';', encoding: 'windows-1252' } },
    { dryRunJobId: 'x', organizationId: 'o' },
    { csvContent: '', options: { matchBy: ['email'], columnMapping: { Firma: 'name' } } },
  ])('take %j', (args) => {
    expect(input.safeParse(args).success).toBe(true);
  });

  it.each([
    { filePath: '' },
    { rows: [{ name: { first: 'A' } }] },
    { csvContent: 1 },
    { options: { dryRun: 1 } },
    { options: { batchSize: 101 } },
    { options: { batchSize: 0 } },
    { options: { label: '' } },
    { options: { matchBy: [] } },
    { options: { delimiter: '-' } },
    { options: { unknown: true } },
  ])('refuse %j', (args) => {
    expect(input.safeParse(args).success).toBe(false);
  });

  it('are counted before their elements are judged', () => {
    const bad = Array<unknown>(LIMITS.inlineRowsMax + 1).fill({ a: [] });
    const lists = z.strictObject({ ...sourceFields, updates: updatesField, ids: idsField });
    for (const list of ['rows', 'updates', 'ids']) {
      expect(() => lists.safeParse({ [list]: bad })).toThrow(
        expect.objectContaining({ code: 'INPUT_TOO_LARGE' }),
      );
    }
  });

  it('tell the first fault of a list, and no further one', () => {
    const good = { name: 'A' };
    const lists = z.strictObject({ ...sourceFields, updates: updatesField, ids: idsField });
    const issuesOf = (args: object) => lists.safeParse(args).error?.issues ?? [];
    const rows = [good, good, { a: 1, b: [], c: [] }, { d: [] }, 7];
    expect(issuesOf({ rows }).map(({ path }) => path)).toEqual([['rows', 2, 'b']]);
    expect(issuesOf({ rows: [good, 7, 7] }).map(({ path }) => path)).toEqual([['rows', 1]]);
    const updates = [{ id: 'a', changes: good }, { id: 7, changes: good }, 7];
    expect(issuesOf({ updates }).map(({ path }) => path)).toEqual([['updates', 1, 'id']]);
    expect(issuesOf({ ids: ['a', 7, 8] }).map(({ path }) => path)).toEqual([['ids', 1]]);
    for (const list of ['rows', 'updates', 'ids']) {
      expect(issuesOf({ [list]: 'text' }).map(({ path }) => path)).toEqual([[list]]);
    }
  });

  it('are taken whole, whatever they hold', () => {
    const cells = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double(), fc.constant(null)));
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 20 }), (rows) => {
        const named = rows.filter((row) => !Object.hasOwn(row, '__proto__'));
        const parsed = input.safeParse({ rows: named });
        const isGood = named.every((row) =>
          Object.values(row).every(
            (cell) => cell === null || Number.isFinite(cell) || typeof cell === 'string',
          ),
        );
        expect(parsed.success).toBe(isGood);
        if (parsed.success) expect(parsed.data.rows).toEqual(named);
      }),
      fuzzRuns(8),
    );
  });

  it('take no nested cell', () => {
    expect(cellField.safeParse([]).success).toBe(false);
  });
});

describe('start', () => {
  const what = { resourceType: 'customer', operation: 'import' } as const;

  it('answers with the job, its organization and what to do next', async () => {
    const { call, sandbox, ended } = await openWorkbench();
    const options = { dryRun: true, label: 'try' };
    const result = await start(what, { csvContent: 'name\nA\n', options }, call());
    expect(startResult.parse(result)).toEqual(result);
    const [organization] = sandbox.control.state().records['organizations'] ?? [];
    expect(result).toMatchObject({ dryRun: true, organization: { id: organization?.id } });
    expect(result.message).toContain('get_bulk_job_status');
    expect(await ended(result.jobId)).toMatchObject({
      label: 'try',
      createdBy: 'somebody via vitest',
      outcomes: { created: 1 },
    });
    expect(sandbox.control.summary().counts['contacts']).toBe(0);
  });

  it('waits for the end if asked to, and gives the job', async () => {
    const { call, sandbox } = await openWorkbench();
    const result = await start(what, { csvContent: 'name\nA\nB\n', waitSeconds: 600 }, call());
    expect(startResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      status: 'completed',
      totalItems: 2,
      message: 'Job completed. rollback_job undoes it.',
      job: { id: result.jobId, outcomes: { created: 2 } },
    });
    expect(sandbox.control.summary().counts['contacts']).toBe(2);
    const again = await start(what, { csvContent: 'name\nA\nB\n' }, call());
    expect(again).toMatchObject({ jobId: result.jobId, alreadySubmitted: true });
    expect(again.message).toContain('already started as this job; nothing new was sent');
  });

  it('gives the warnings of the start', async () => {
    const { call } = await openWorkbench();
    const csvContent = 'name,Saldo\nA,5\n';
    const result = await start(what, { csvContent, options: { dryRun: true } }, call());
    expect(result.warnings?.[0]?.message).toContain('Saldo');
    expect(summarizeStart(result)).toContain('Saldo');
  });

  it('passes on what the service refuses', async () => {
    const { call } = await openWorkbench();
    expect(await codeOf(start(what, {}, call()))).toBe('INPUT_SOURCE');
  });
});

describe('summarizeStart', () => {
  const result = {
    success: true,
    jobId: 'a1b2',
    status: 'pending',
    totalItems: null,
    dryRun: true,
    organization: { id: 'org', name: 'Nord ApS', registrationNo: '13748136' },
    message: 'Dry run started.',
  } as const;

  it('carries the job id, its kind and whose account it is', () => {
    expect(summarizeStart(result).split('\n')).toEqual([
      'Dry run started.',
      'jobId a1b2 (dry run, pending).',
      'Company "Nord ApS" (CVR "13748136", id org).',
    ]);
    const organization = { ...result.organization, registrationNo: null };
    expect(summarizeStart({ ...result, organization })).toContain('(no CVR number, id org)');
  });

  it('tells of the job after a wait', () => {
    const text = summarizeStart({ ...result, job: jobView({ outcomes: { created: 3 } }) });
    expect(text).toContain('Company "Nord ApS"');
    expect(text).toContain('Outcomes: created 3.');
  });
});
