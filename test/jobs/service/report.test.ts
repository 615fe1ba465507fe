// Reports: rows as they came with what became of them; mended ones can be fed in again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { reportChunks, type ReportScope } from '../../../src/jobs/service/report.js';
import { calmWorld, type World } from '../../support/engine-world.js';

type Cells = readonly string[];

async function reportOf(world: World, jobId: string, scope: ReportScope): Promise<string> {
  const job = await world.store.getJob({ jobId });
  if (job === null) throw new Error('the job is gone');
  let text = '';
  let rowCount = 0;
  const chunks = reportChunks(world.store, { job, scope, dialect: 'standard' }, (count) => {
    rowCount += count;
  });
  for await (const chunk of chunks) text += chunk;
  expect(rowCount).toBe(rowsOf(text).length - 1);
  return text;
}

function rowsOf(csv: string): Cells[] {
  return Papa.parse<string[]>(csv, { skipEmptyLines: true }).data;
}

const FILE = [
  'Firmanavn,Farve,e-mail,Kundenr',
  'A,rød,a@b.dk,1',
  ',grøn,c@d.dk,2',
  '',
  'C,blå,nope,3',
  'D,"gul, lys",d@d.dk,4',
].join('\n');

const BAD_EMAIL = 'e-mail "nope" is not an e-mail address; give one address';

describe('failed rows', () => {
  it('come in their original columns, with row, code and reason', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(FILE);
    expect(rowsOf(await reportOf(world, id, 'failed'))).toEqual([
      ['Firmanavn', 'Farve', 'e-mail', 'Kundenr', 'row', 'code', 'reason'],
      ['', 'grøn', 'c@d.dk', '2', '3', 'ROW_INVALID', 'Firmanavn is required'],
      ['C', 'blå', 'nope', '3', '5', 'ROW_INVALID', BAD_EMAIL],
    ]);
  });

  it('name the header and the value as they stand in the file, which causes leave out', async () => {
    const world = await calmWorld();
    const csv = 'Navn;CVR-nr.;Betalingsfrist\nA;12345678;8\nB;87654321;8\nC;;"snart"\n';
    const { id, errors, errorSummary } = await world.imported(csv);
    const [first, second, third] = errors;
    expect(first).toMatchObject({
      field: 'vatNo',
      message: 'CVR-nr. "12345678" is not a valid CVR number (check digit wrong)',
    });
    expect(second?.message).toContain('CVR-nr. "87654321" is');
    expect(third?.message).toContain('Betalingsfrist "snart" is');
    expect(errorSummary[0]).toMatchObject({
      message: 'CVR-nr. "…" is not a valid CVR number (check digit wrong)',
      count: 2,
      rows: [2, 3],
    });
    const report = rowsOf(await reportOf(world, id, 'failed'));
    expect(report.slice(1).map((row) => row.at(-1))).toEqual(errors.map((each) => each.message));
  });

  it('are headers alone when nothing failed', async () => {
    const world = await calmWorld();
    const { id } = await world.imported('name\nA\n');
    expect(await reportOf(world, id, 'failed')).toBe('name,row,code,reason\n');
  });

  it('tell what Billy said, quoted', async () => {
    const unknowns = { textMax: { 'contact.street': 5 }, refusalReasons: 'attributes' } as const;
    const world = await calmWorld({ unknowns });
    const { id } = await world.imported('name,address\nA,Langgade 1\n');
    const [, row] = rowsOf(await reportOf(world, id, 'failed'));
    expect(row?.slice(0, 4)).toEqual(['A', 'Langgade 1', '2', 'BILLY_VALIDATION']);
    expect(row?.[4]).toMatch(/^street: "/);
  });

  it('mended and fed in again are imported, without a surprise about our columns', async () => {
    const world = await calmWorld();
    const first = await world.imported(FILE);
    const report = await reportOf(world, first.id, 'failed');
    const mended = report.replace('\n,grøn', '\nB,grøn').replace(',nope,', ',c@c.dk,');
    const second = await world.imported(mended);
    expect(second).toMatchObject({ status: 'completed', outcomes: { created: 2, failed: 0 } });
    expect(second.warnings).toMatchObject([{ code: 'COLUMN_IGNORED' }]);
    expect(second.warnings[0]?.message).not.toMatch(/reason|"row"|"code"/);
    expect(
      world
        .held('contacts')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['A', 'B', 'C', 'D']);
  });

  it('fed in again unmended have our columns once, written anew', async () => {
    const world = await calmWorld();
    const first = await world.imported(FILE);
    const { id } = await world.imported(await reportOf(world, first.id, 'all'));
    const [headers, row] = rowsOf(await reportOf(world, id, 'failed'));
    expect(headers).toEqual(['Firmanavn', 'Farve', 'e-mail', 'Kundenr', 'row', 'code', 'reason']);
    expect(row?.[4]).toBe('3');
  });
});

describe('all rows', () => {
  it('come with outcome and Billy’s id', async () => {
    const world = await calmWorld();
    const { id } = await world.imported('name,contactNo\nA,1\nA,1\n,2\n');
    const contact = world.held('contacts')[0]?.id ?? '';
    expect(rowsOf(await reportOf(world, id, 'all'))).toEqual([
      ['name', 'contactNo', 'row', 'code', 'reason', 'outcome', 'billyId', 'changes'],
      ['A', '1', '2', '', '', 'created', contact, ''],
      ['A', '1', '3', '', 'contactNo "1" is that of "A" (row 2)', 'skipped', contact, ''],
      ['', '2', '4', 'ROW_INVALID', 'name is required', 'failed', '', ''],
    ]);
  });

  it('say what became of the fields, with the texts quoted', async () => {
    const world = await calmWorld();
    const contact = { name: 'A', countryId: 'DK', contactNo: '1', isCustomer: true };
    await world.plant('contacts', { ...contact, phone: '11223344' });
    const options = { duplicateStrategy: 'update' } as const;
    const { id } = await world.imported(
      'name,contactNo,phone,city\nB,1,11223344,Odense\n',
      options,
    );
    const [headers = [], row = []] = rowsOf(await reportOf(world, id, 'all'));
    expect(row[headers.indexOf('changes')]).toBe('name: "A" -> "B"; city: "" -> "Odense"');
  });

  it('say what has not been tried', async () => {
    const world = await calmWorld();
    const options = { validateBeforeCreate: true };
    const { id } = await world.imported('name,email\nA,\nB,nope\n', options);
    const outcomes = rowsOf(await reportOf(world, id, 'all')).map((row) => row[5]);
    expect(outcomes).toEqual(['outcome', 'not attempted', 'failed']);
  });

  it('say what the rollback did, with its reason', async () => {
    const world = await calmWorld();
    const { id } = await world.imported('name,email\nA,\nB,\nC,nope\n');
    const [changed] = world.held('contacts').filter(({ name }) => name === 'B');
    const changes = { phone: '12345678' };
    world.sandbox.control.thirdParty({ action: 'edit', id: changed?.id ?? '', changes });
    const { signal } = new AbortController();
    await world.service.rollback(id, { dryRun: false, reason: 'wrong', signal });
    await world.ended(id);
    const rows = rowsOf(await reportOf(world, id, 'all'));
    expect(rows[0]?.slice(-2)).toEqual(['rollback', 'rollbackReason']);
    expect(rows.slice(1).map((row) => row.slice(-2))).toEqual([
      ['reversed', ''],
      ['kept', 'the record was changed after the job'],
      ['', ''],
    ]);
  });

  it('cannot run anything in a spreadsheet, and read back equal', async () => {
    const world = await calmWorld();
    const written = [
      ['=1+1', "'=1+1"],
      ['@sum', "'@sum"],
      ['-2+3', "'-2+3"],
      ["'=x", "''=x"],
      // The first of several cells: split at another sign, the others are its end.
      ['+45 12 34 56 78', "'+45 12 34 56 78"],
      ['-12,5', "'-12,5"],
    ];
    const { id } = await world.imported(written.map(([name = '']) => ({ name })));
    const report = await reportOf(world, id, 'all');
    const cells = rowsOf(report)
      .slice(1)
      .map(([cell]) => cell);
    expect(cells).toEqual(written.map(([, cell]) => cell));
    const again = await world.imported(report, { matchBy: ['name'] });
    expect(again.outcomes).toMatchObject({ skipped: written.length, created: 0 });
  });

  it('come whole from a job of many batches', async () => {
    const world = await calmWorld();
    const rows = Array.from({ length: 1203 }, (_, index) => String(index));
    const { id } = await world.imported(['name', ...rows].join('\n'), { dryRun: true });
    const cells = rowsOf(await reportOf(world, id, 'all')).slice(1);
    expect(cells.map(([name]) => name)).toEqual(rows);
  });
});

describe('a report of', () => {
  it('updates shows the columns of their changes', async () => {
    const world = await calmWorld();
    const updates = [{ id: 'x', changes: { name: 'B', ean: null } }];
    const { id } = await world.start({ updates }, {}, { operation: 'update' });
    await world.ended(id);
    expect(rowsOf(await reportOf(world, id, 'failed'))).toEqual([
      ['id', 'name', 'ean', 'row', 'code', 'reason'],
      ['x', 'B', '', '2', 'RECORD_NOT_FOUND', 'id "x" is not the id of a record in Billy'],
    ]);
  });

  it('a job that has not been scanned is headers alone', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nA\n');
    expect(await reportOf(world, id, 'failed')).toBe('row,code,reason\n');
  });

  it('an export is headers alone, for it has no rows of its own', async () => {
    const world = await calmWorld({ isHeld: true });
    const job = await world.startImport('name\nA\n');
    await world.store.createJob({ ...job, id: 'export', source: null, sourceSettings: null });
    expect(await reportOf(world, 'export', 'all')).toBe(
      'row,code,reason,outcome,billyId,changes\n',
    );
  });
});

describe('a report in Danish', () => {
  const ROWS = 'Firmanavn;Dato;Kundenr\r\n;01-06-2026;00042\r\n;15-06-2026;2\r\nC;01-06-2026;3\r\n';

  async function written(world: World, csv: string, filePath: string) {
    const { id } = await world.imported(csv);
    const ask = { scope: 'failed', filePath, overwrite: true, dialect: 'da' } as const;
    return { id, file: await world.service.report(id, ask), path: join(world.folder, filePath) };
  }

  it('names our columns in Danish, and leaves the cells as they were', async () => {
    const world = await calmWorld();
    const { path, file } = await written(world, ROWS, 'fejl.csv');
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(
      '\ufeffFirmanavn;Dato;Kundenr;række;kode;årsag\r\n' +
        ';01-06-2026;00042;2;ROW_INVALID;Firmanavn is required\r\n' +
        ';15-06-2026;2;3;ROW_INVALID;Firmanavn is required\r\n',
    );
    expect(file).toMatchObject({ totalRows: 2, preview: text.slice(1) });
    expect(file.filename).toMatch(/\.csv$/);
  });

  it.each(['fejl.csv', 'fejl.xlsx'])(
    'corrected in %s is imported, without our columns',
    async (name) => {
      const world = await calmWorld();
      const csv = 'varenr;pris;navn\n00042;1.000;\nV2;x;B\nV3;12,50;C\n';
      const { id } = await world.imported(csv, {}, { resource: 'product' });
      const ask = { scope: 'failed', filePath: name, dialect: 'da' } as const;
      const report = await world.service.report(id, ask);
      expect(report).toMatchObject({ totalRows: 2 });
      expect(report.filename.endsWith(name.slice(-4))).toBe(true);
      const again = { filePath: name };
      const more = { resource: 'product' } as const;
      const job = await world.ended((await world.start(again, { dryRun: true }, more)).id);
      expect(job).toMatchObject({ status: 'completed', totalItems: 2 });
      expect(job.errors.map(({ row, field }) => [row, field])).toEqual([
        [2, 'name'],
        [3, 'unitPrice'],
      ]);
      const items = await world.items(job.id);
      expect(items.map(({ cells }) => cells[0])).toEqual(['00042', 'V2']);
      expect(job.warnings.map(({ code }) => code)).not.toContain('COLUMN_IGNORED');
    },
  );

  it('does not take a column of the file for its own', async () => {
    const world = await calmWorld();
    const { id } = await world.imported('navn;kode\n;rød\n');
    const { preview } = await world.service.report(id, { scope: 'failed', dialect: 'da' });
    expect(preview.split('\r\n')[0]).toBe('navn;kode;række;job kode;årsag');
  });
});
