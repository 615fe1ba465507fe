// The scan: what a whole file can be refused for, before anything is sent, and how its rows are stored.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { cellsOf } from '../../../src/jobs/scan/row-cells.js';
import { sourceSettingsOf } from '../../../src/jobs/job/source-settings.js';
import { storeRest } from '../../../src/jobs/scan/source-rows.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import type { JobRecord } from '../../../src/model/job.js';
import { makeWorkbook } from '../../files/workbook.js';
import { calmWorld, openWork, type StartMore, type World } from '../../support/engine-world.js';

/** More than the head that the call itself looks at. */
const MANY = Array.from({ length: 6000 }, (_, index) => `Kunde ${String(index)},Odense`);
const HEAD = ['name,city', ...MANY].join('\n');
const PRODUCT: StartMore = { resource: 'product' };

interface Refusal {
  readonly title: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly code: string;
  readonly more?: StartMore;
  readonly rowsMax?: number;
}

function prices(...texts: string[]): string {
  return ['name;unitPrice', ...texts.map((text, index) => `Vare ${String(index)};${text}`)].join(
    '\n',
  );
}

const JSON_ROWS = MANY.map((row) => ({ name: row }));

const REFUSALS: readonly Refusal[] = [
  {
    title: 'the ø of an old Mac, far behind the head',
    name: 'late.csv',
    content: Buffer.concat([
      Buffer.from(`${HEAD}\nK`),
      Buffer.from([0xbf]),
      Buffer.from('benhavn,By'),
    ]),
    code: 'INPUT_ENCODING',
  },
  {
    title: 'a quote that is never closed, at the very end',
    name: 'open.csv',
    content: `${HEAD}\n"Åben,Odense`,
    code: 'CSV_MALFORMED',
  },
  {
    title: 'JSON that breaks off',
    name: 'rows.json',
    content: JSON.stringify(JSON_ROWS).slice(0, -1),
    code: 'CSV_MALFORMED',
  },
  {
    title: 'JSON where two keys mean one column',
    name: 'rows.json',
    content: JSON.stringify([...JSON_ROWS, { Navn: 'A' }]),
    code: 'INPUT_INVALID',
  },
  {
    title: 'more rows than allowed',
    name: 'many.csv',
    content: HEAD,
    code: 'INPUT_TOO_LARGE',
    rowsMax: MANY.length - 1,
  },
  {
    title: 'amounts that can be read in two ways',
    name: 'prices.csv',
    content: prices('1.250', '2.500'),
    code: 'INPUT_AMBIGUOUS',
    more: PRODUCT,
  },
  {
    title: 'amounts that contradict each other',
    name: 'prices.csv',
    content: prices('1.250,00', '2,500.50'),
    code: 'INPUT_AMBIGUOUS',
    more: PRODUCT,
  },
];

async function startFile(world: World, refusal: Refusal): Promise<JobRecord> {
  writeFileSync(join(world.folder, refusal.name), refusal.content);
  return world.start({ filePath: refusal.name }, {}, refusal.more);
}

describe('a file refused as a whole', () => {
  it.each(REFUSALS)('for $title: $code', async (refusal) => {
    const { rowsMax = 100_000 } = refusal;
    const world = await calmWorld({ rowsMax });
    const from = world.requests().length;
    const { id } = await startFile(world, refusal);
    const job = await world.ended(id);
    expect(job).toMatchObject({ status: 'failed', error: { code: refusal.code } });
    expect(job.error?.hint).not.toBe('');
    expect(world.writes(from)).toEqual([]);
    expect(world.requests(from).some(({ path }) => path.includes('/contacts'))).toBe(false);
    expect(await world.items(id)).toEqual([]);
  });

  it('for its copy being gone: FILE_NOT_FOUND', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nA');
    rmSync(join(world.dataDir, 'sources'), { recursive: true });
    await world.restart({ isHeld: false });
    expect(await world.ended(id)).toMatchObject({
      status: 'failed',
      error: { code: 'FILE_NOT_FOUND' },
    });
  });
});

interface Scanned {
  readonly job: JobRecord;
  readonly rows: readonly (readonly [number, readonly (string | null)[], string | null])[];
}

async function scanned(
  content: string | Record<string, string | number | null>[],
  options: StartOptions = {},
  more: StartMore = {},
): Promise<Scanned> {
  const world = await calmWorld({ isHeld: true });
  const started = await world.startImport(content, options, more);
  const context = await openWork(world, started);
  await scan(context);
  await storeRest(context);
  const job = await world.store.getJob({ jobId: started.id });
  if (job === null) throw new Error('the job is gone');
  const items = await world.items(started.id);
  return {
    job,
    rows: items.map(({ row, cells, problem }) => [row, cells, problem?.code ?? null] as const),
  };
}

describe('the rows', () => {
  it('carry the number a spreadsheet shows', async () => {
    const { job, rows } = await scanned('sep=;\nnavn;by\nA;Odense\n\n"B\nC";Aarhus\n ; \nD;Viby\n');
    expect(rows).toEqual([
      [2, ['A', 'Odense'], null],
      [4, ['B\nC', 'Aarhus'], null],
      [6, ['D', 'Viby'], null],
    ]);
    expect(job).toMatchObject({ totalRows: 3, totalItems: 3 });
  });

  it('with too few or too many cells stay, with what is wrong', async () => {
    const { job, rows } = await scanned('name,city\nA\nB,Odense\nC,Odense,5000\n');
    expect(rows.map(([row, , code]) => [row, code])).toEqual([
      [2, 'CSV_MALFORMED'],
      [3, null],
      [4, 'CSV_MALFORMED'],
    ]);
    expect(job.totalItems).toBe(3);
  });

  it('of JSON line up under the keys of all records; null is kept apart from blank', async () => {
    const { job, rows } = await scanned([
      { name: 'A' },
      { name: 'B', ean: null },
      { city: 'By', name: 'C' },
    ]);
    expect(rows).toEqual([
      [2, ['A', '', ''], null],
      [3, ['B', null, ''], null],
      [4, ['C', '', 'By'], null],
    ]);
    expect(sourceSettingsOf(job.sourceSettings).columns).toEqual(['name', 'ean', 'city']);
  });

  it('are none for a file with headers alone, which is no fault', async () => {
    const { job, rows } = await scanned('name,city\n');
    expect(rows).toEqual([]);
    expect(job).toMatchObject({ totalRows: 0, totalItems: 0 });
  });

  it('of a second scan replace those of the first', async () => {
    const world = await calmWorld({ isHeld: true });
    const job = await world.startImport('name\nA\nB\n');
    const context = await openWork(world, job);
    await scan(context);
    await storeRest(context);
    const first = await world.items(job.id);
    await scan(context);
    await storeRest(context);
    expect(await world.items(job.id)).toEqual(first);
    expect(first).toHaveLength(2);
  });

  it('stop coming when the process stops', async () => {
    const world = await calmWorld({ isHeld: true });
    const job = await world.startImport('name\nA\n');
    const stop = AbortSignal.abort(new DOMException('stop', 'AbortError'));
    const context = await openWork(world, job, { stop });
    await expect(scan(context)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('what the scan finds out', () => {
  it('is how amounts are written, with the row that told it', async () => {
    const { job } = await scanned(prices('100', '1.250,50', '7'), {}, PRODUCT);
    expect(sourceSettingsOf(job.sourceSettings).numberStyles).toEqual({ unitPrice: 'comma' });
    expect(job.warnings).toEqual([
      { code: 'NUMBER_STYLE', message: expect.stringContaining('row 3') as string },
    ]);
  });

  it('is what the caller said, where it could be read in two ways', async () => {
    const { job } = await scanned(prices('1.250'), { decimalSeparator: ',' }, PRODUCT);
    expect(sourceSettingsOf(job.sourceSettings).numberStyles).toEqual({ unitPrice: 'comma' });
  });

  it('is which column is an amount, also by an alias or a mapping', async () => {
    const named = await scanned('navn;Pris\nA;10,50\n', {}, PRODUCT);
    expect(sourceSettingsOf(named.job.sourceSettings).numberStyles).toEqual({ Pris: 'comma' });
    const columnMapping = { Beløb: 'unitPrice' };
    const mapped = await scanned('navn;Beløb\nA;10,50\n', { columnMapping }, PRODUCT);
    expect(sourceSettingsOf(mapped.job.sourceSettings).numberStyles).toEqual({ Beløb: 'comma' });
  });

  it('is what the file is in, also when that shows far behind the head', async () => {
    const world = await calmWorld({ isHeld: true });
    const latin = Buffer.from(`${HEAD}\nK\u00f8benhavn,\u00d8st\n`, 'latin1');
    writeFileSync(join(world.folder, 'late.csv'), latin);
    const started = await world.start({ filePath: 'late.csv' });
    const context = await openWork(world, started);
    await scan(context);
    await storeRest(context);
    const job = await world.store.getJob({ jobId: started.id });
    expect(sourceSettingsOf(job?.sourceSettings)).toMatchObject({
      format: 'csv',
      settledEncoding: 'windows-1252',
    });
    expect(job?.warnings.map(({ code }) => code)).toEqual(['ENCODING_DETECTED']);
    expect((await world.items(started.id)).at(-1)?.cells).toEqual(['København', 'Øst']);
  });

  it('is the same for a workbook, sheet by sheet', async () => {
    const world = await calmWorld({ isHeld: true });
    const sheets = {
      Noter: '<row><c t="inlineStr"><is><t>note</t></is></c></row>',
      Varer:
        '<row><c t="inlineStr"><is><t>Navn</t></is></c><c t="inlineStr"><is><t>Pris</t></is></c></row>' +
        '<row><c t="inlineStr"><is><t>Sø</t></is></c><c><v>1.125</v></c></row>' +
        '<row><c t="inlineStr"><is><t>Å</t></is></c><c t="inlineStr"><is><t>1.250,00</t></is></c></row>',
    };
    writeFileSync(join(world.folder, 'varer.xlsx'), makeWorkbook({ sheets }));
    const options = { sheet: 'Varer' };
    const started = await world.start({ filePath: 'varer.xlsx' }, options, PRODUCT);
    const context = await openWork(world, started);
    await scan(context);
    await storeRest(context);
    const job = await world.store.getJob({ jobId: started.id });
    const reading = sourceSettingsOf(job?.sourceSettings);
    expect(reading).toMatchObject({
      format: 'xlsx',
      sheet: 'Varer',
      numberStyles: { Pris: 'comma' },
    });
    const rows = await world.items(started.id);
    expect(rows.map((item) => cellsOf(item, reading)['unitPrice'])).toEqual(['1.125', '1250']);
  });

  it('is which columns are left out, said once', async () => {
    const { job } = await scanned('name,Farve,Humør\nA,rød,god\n');
    expect(job.warnings).toEqual([
      { code: 'COLUMN_IGNORED', message: expect.stringContaining('"Farve", "Humør"') as string },
    ]);
    expect(sourceSettingsOf(job.sourceSettings)).toMatchObject({
      headers: ['name', 'Farve', 'Humør'],
      columns: ['name', null, null],
    });
  });

  it('is stored for updates too', async () => {
    const world = await calmWorld({ isHeld: true });
    const updates = [{ id: 'a', changes: { name: 'B', unitPrice: 12.5 } }];
    const more = { resource: 'product', operation: 'update' } as const;
    const started = await world.start({ updates }, {}, more);
    const context = await openWork(world, started);
    await scan(context);
    await storeRest(context);
    const job = await world.store.getJob({ jobId: started.id });
    expect(sourceSettingsOf(job?.sourceSettings).columns).toEqual(['id', 'name', 'unitPrice']);
    expect((await world.items(started.id))[0]?.cells).toEqual(['a', 'B', '12.5']);
  });
});
