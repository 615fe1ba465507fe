// Each refusal of a call says what to do next: it names a parameter, a tool, a column or an action.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callTool, findTool } from '../../src/server/mcp/call-tool.js';
import type { World } from '../support/engine-world.js';
import { sharedWorld } from '../support/shared-world.js';

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly detail?: string;
}

interface Case {
  readonly about: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly code: string;
  /** The next step, in the message or in the hint. */
  readonly says: RegExp;
}

type Row = readonly [about: string, args: Case['args'], code: string, says: RegExp];

const ID = 'AAAAAAAAQAAAAAAAAAAAAA';
const CSV = 'navn;kundenr\nNord ApS;1\n';

function casesOf(tool: string, rows: readonly Row[]): Case[] {
  return rows.map(([about, args, code, says]) => ({ about, tool, args, code, says }));
}

const ARGUMENTS = [
  ...casesOf('import_customers_csv', [
    ['a misspelt argument', { filepath: 'a.csv' }, 'INPUT_INVALID', /did you mean filePath\?/],
    [
      'a misspelt option',
      { csvContent: CSV, options: { dryrun: true } },
      'INPUT_INVALID',
      /options has no such key \(did you mean dryRun\?\).* options takes: /,
    ],
    [
      'an option of deletions',
      { csvContent: CSV, options: { archiveIfInUse: true } },
      'INPUT_INVALID',
      /options takes: .*duplicateStrategy/,
    ],
    [
      'a strategy that does not exist',
      { csvContent: CSV, options: { duplicateStrategy: 'overwrite' } },
      'INPUT_INVALID',
      /options\.duplicateStrategy as one of: skip, update, merge, create/,
    ],
    [
      'a word for true',
      { csvContent: CSV, options: { dryRun: 'yes' } },
      'INPUT_INVALID',
      /Give options\.dryRun as boolean/,
    ],
    [
      'a wait in words',
      { csvContent: CSV, waitSeconds: 'long' },
      'INPUT_INVALID',
      /Give waitSeconds as number/,
    ],
    [
      'a mapping to a column that does not exist',
      { csvContent: CSV, options: { columnMapping: { navn: 'kundetype' } } },
      'INPUT_INVALID',
      /name, email, phone/,
    ],
  ]),
  ...casesOf('bulk_delete_records', [
    ['no resource type', { ids: [ID] }, 'INPUT_INVALID', /resourceType: one of customer, product/],
    [
      'a strategy, which deletions have not',
      { resourceType: 'customer', ids: [ID], options: { duplicateStrategy: 'skip' } },
      'INPUT_INVALID',
      /options takes: .*archiveIfInUse/,
    ],
    [
      'an empty filter',
      { resourceType: 'customer', where: {} },
      'INPUT_INVALID',
      /one condition\. For example .*Columns: id, name, email/,
    ],
  ]),
  ...casesOf('bulk_update_products', [
    [
      'a Danish column in updates',
      { updates: [{ id: ID, changes: { pris: '5' } }] },
      'INPUT_INVALID',
      /unitPrice/,
    ],
    [
      'a column that does not exist in where',
      { where: { city: 'Ry' }, set: { unit: 'time' } },
      'INPUT_INVALID',
      /productNo/,
    ],
    [
      'an operator that does not exist',
      { where: { unitPrice: { greaterThan: 5 } }, set: { unit: 'time' } },
      'INPUT_INVALID',
      /gte/,
    ],
    ['set without where', { set: { unit: 'time' } }, 'INPUT_INVALID', /Give where/],
    ['where without set', { where: { unit: 'time' } }, 'INPUT_INVALID', /set/],
    [
      'a factor that is no number',
      { where: { unit: 'time' }, set: { unitPrice: { multiplyBy: 'four' } } },
      'INPUT_INVALID',
      /multiplyBy.*"1\.04"/,
    ],
  ]),
  ...casesOf('export_customers_csv', [
    [
      'a filter that does not exist',
      { filters: { city: 'Ry' } },
      'INPUT_INVALID',
      /filters takes: isArchived, country/,
    ],
    ['a file of another kind', { filePath: 'kunder.pdf' }, 'INPUT_INVALID', /\.csv.*\.xlsx/],
    ['a file that is there', { filePath: 'kunder.csv' }, 'FILE_EXISTS', /overwrite/],
  ]),
  ...casesOf('download_csv_template', [
    ['a Danish type', { resourceType: 'kunde' }, 'INPUT_INVALID', /one of: .*customer/],
  ]),
  ...casesOf('list_bulk_jobs', [
    ['a day in words', { since: 'yesterday' }, 'INPUT_INVALID', /20\d\d-\d\d-\d\d|YYYY-MM-DD/],
  ]),
  ...casesOf('get_bulk_job_status', [
    ['no job', {}, 'INPUT_INVALID', /Give jobId/],
    ['a job that does not exist', { jobId: ID }, 'JOB_NOT_FOUND', /list_bulk_jobs/],
  ]),
];

const SOURCES = [
  ...casesOf('import_customers_csv', [
    ['no source', {}, 'INPUT_SOURCE', /filePath/],
    ['two sources', { csvContent: CSV, filePath: 'a.csv' }, 'INPUT_SOURCE', /filePath/],
    ['an upload, without HTTP', { uploadId: 'u1' }, 'INPUT_SOURCE', /filePath/],
    ['a near name', { filePath: 'kunde.csv' }, 'FILE_NOT_FOUND', /kunder\.csv/],
    ['a home', { filePath: '~/kunder.csv' }, 'PATH_NOT_ALLOWED', /BULK_ALLOWED_DIRS/],
    [
      'a path of Windows',
      { filePath: String.raw`C:\Users\Lis\kunder.csv` },
      'FILE_NOT_FOUND',
      /inspect_file without a source/,
    ],
    [
      'an address of a file',
      { filePath: 'file:///nowhere/kunder.csv' },
      'PATH_NOT_ALLOWED',
      /BULK_ALLOWED_DIRS/,
    ],
    ['a file outside', { filePath: '/etc/hostname' }, 'PATH_NOT_ALLOWED', /BULK_ALLOWED_DIRS/],
    [
      'too many rows',
      { rows: Array.from({ length: 501 }, () => ({ name: 'A' })) },
      'INPUT_TOO_LARGE',
      /filePath/,
    ],
    [
      'headers without a name',
      { csvContent: 'by;postnr\nRy;8680\n' },
      'CSV_MISSING_COLUMN',
      /"name".*columnMapping/,
    ],
    [
      'only a title',
      { csvContent: 'Kundeliste pr. 01-11-2026\n' },
      'CSV_MISSING_COLUMN',
      /"name".*columnMapping/,
    ],
    [
      'a header that may be a key',
      { csvContent: 'navn;Debitor-kode\nA;7\n' },
      'INPUT_AMBIGUOUS',
      /columnMapping/,
    ],
    ['a web page', { filePath: 'side.csv' }, 'INPUT_ENCODING', /Save .* as XLSX/],
    ['quoted lines', { csvContent: '"navn,by"\n"A,Ry"\n' }, 'CSV_MALFORMED', /quot/],
    [
      'another organization',
      { csvContent: CSV, organizationId: ID },
      'ORGANIZATION_MISMATCH',
      /organizationId|BILLY_/,
    ],
  ]),
  ...casesOf('import_products_csv', [
    [
      'an amount that is two numbers',
      { csvContent: 'navn,pris\nA,1.000\n' },
      'INPUT_AMBIGUOUS',
      /options\.decimalSeparator/,
    ],
    [
      'prices with VAT',
      { csvContent: 'navn;pris inkl. moms\nA;125,00\n' },
      'INPUT_AMBIGUOUS',
      /options\.columnMapping/,
    ],
  ]),
  ...casesOf('import_invoices_csv', [
    [
      'a date that is two days',
      {
        csvContent:
          'invoiceRef,customer,entryDate,productNo,quantity,unitPrice\nA,1,05/03/2026,V,1,9.50\n',
      },
      'INPUT_AMBIGUOUS',
      /options\.dateFormat/,
    ],
  ]),
  ...casesOf('bulk_delete_records', [
    ['nothing to delete', { resourceType: 'customer' }, 'INPUT_SOURCE', /ids.*where|where.*ids/],
    [
      'many records without a plan',
      {
        resourceType: 'customer',
        ids: Array.from({ length: 21 }, (_, at) => ID.slice(2) + String(at + 10)),
      },
      'PLAN_REQUIRED',
      /dryRun.*dryRunJobId/,
    ],
  ]),
  ...casesOf('inspect_file', [
    ['two sources', { csvContent: CSV, filePath: 'a.csv' }, 'INPUT_SOURCE', /filePath/],
    ['a folder', { filePath: '.' }, 'INPUT_INVALID', /Name a file/],
  ]),
];

/** Refusals that speak of a job: `done` is a completed import, `dry` its dry run. */
const JOBS = [
  ...casesOf('import_customers_csv', [
    [
      'dryRun beside dryRunJobId',
      { dryRunJobId: 'dry', options: { dryRun: true } },
      'INPUT_INVALID',
      /dryRun/,
    ],
    [
      'a run of a job that is no dry run',
      { dryRunJobId: 'done' },
      'JOB_STATE',
      /Start a dry run with the same file/,
    ],
    ['a job that does not exist', { dryRunJobId: ID }, 'JOB_NOT_FOUND', /list_bulk_jobs/],
  ]),
  ...casesOf('import_suppliers_csv', [
    [
      'a plan of another tool',
      { dryRunJobId: 'dry' },
      'JOB_STATE',
      /Start a dry run with the same file/,
    ],
  ]),
  ...casesOf('rollback_job', [
    ['a dry run', { jobId: 'dry' }, 'JOB_STATE', /list_bulk_jobs with dryRun false/],
  ]),
  ...casesOf('pause_bulk_job', [
    ['a job that has ended', { jobId: 'done' }, 'JOB_STATE', /rollback_job/],
  ]),
  ...casesOf('resume_bulk_job', [
    ['a job that has ended', { jobId: 'done' }, 'JOB_STATE', /retry_failed_items/],
  ]),
  ...casesOf('retry_failed_items', [['a dry run', { jobId: 'dry' }, 'JOB_STATE', /dryRunJobId/]]),
  ...casesOf('cancel_bulk_job', [
    ['a job that has ended', { jobId: 'done' }, 'JOB_STATE', /rollback_job/],
  ]),
];

async function refusalOf(
  world: World,
  { tool, args }: Pick<Case, 'tool' | 'args'>,
): Promise<Refusal> {
  const found = findTool(tool);
  if (found === null) throw new Error(`no tool ${tool}`);
  const { service, clock, log } = world;
  const signal = new AbortController().signal;
  const call = { service, signal, onProgress: () => undefined, args };
  const answer = await callTool(found, call, { clock, log, redact: (text) => text });
  if (answer.isError === true) {
    return (JSON.parse(answer.content[0]?.text ?? '') as { error: Refusal }).error;
  }
  // What only the scan of the whole source shows is the error of the job.
  const { error } = await world.ended(String(answer.structuredContent?.['jobId']));
  if (error === null) throw new Error(`not refused: ${answer.content[0]?.text ?? ''}`);
  return error;
}

function checkRefusal(
  { code, message, hint, detail = '' }: Refusal,
  expected: Pick<Case, 'code' | 'says'>,
): void {
  expect(code).toBe(expected.code);
  expect(hint).not.toBe('');
  expect(`${message} ${hint} ${detail}`).toMatch(expected.says);
}

describe('a refused call', () => {
  const world = sharedWorld();

  it.each([...ARGUMENTS, ...SOURCES])('$tool: $about', async (each) => {
    writeFileSync(join(world().folder, 'kunder.csv'), CSV);
    writeFileSync(join(world().folder, 'side.csv'), '<html><body><table></table></body></html>');
    const refusal = await refusalOf(world(), each);
    checkRefusal(refusal, each);
  });

  it.each(JOBS)('$tool: $about', async (each) => {
    const dry = await world().imported(CSV, { dryRun: true });
    const done = await world().imported(CSV);
    const ids: Readonly<Record<string, string>> = { dry: dry.id, done: done.id };
    const args = Object.fromEntries(
      Object.entries(each.args).map(([name, value]) => [name, ids[String(value)] ?? value]),
    );
    const refusal = await refusalOf(world(), { ...each, args });
    checkRefusal(refusal, each);
  });
});
