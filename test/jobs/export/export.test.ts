// Exports: what the sandbox holds, row by row, in a file that appears whole or not at all.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { writeExport } from '../../../src/jobs/export/export.js';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { DumpedRecord } from '../../../src/sandbox/api/dump.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { storedFiles, storedFolder } from '../../support/stored-files.js';
import { exportResultOf } from '../../../src/jobs/job/export-result.js';

type Row = Readonly<Record<string, string>>;

function exporting(world: World, more: Partial<ExportRequest> = {}) {
  const request: ExportRequest = {
    resource: resourceNamed('customer'),
    filters: {},
    overwrite: false,
    dialect: 'standard',
    ...more,
  };
  return world.service.export(request, new AbortController().signal);
}

async function exported(world: World, more: Partial<ExportRequest> = {}) {
  const { job, result } = await exporting(world, more);
  if (result === null) throw new Error('the export is not done');
  const folder = storedFolder(world.dataDir, 'exports', job.organizationId);
  const path = join(folder, result.filename);
  const text = readFileSync(path, 'utf8');
  const { data: rows } = Papa.parse<Row>(text.replace(/^\ufeff/, ''), {
    header: true,
    skipEmptyLines: true,
  });
  return { job, result, path, text, rows };
}

function textOf(value: unknown): string {
  return ['string', 'boolean', 'number'].includes(typeof value) ? String(value) : '';
}

/** A customer of the sandbox as a row of an export. */
function rowOf(contact: DumpedRecord, persons: readonly DumpedRecord[]): Row {
  const own = persons.filter(({ contactId }) => contactId === contact.id);
  const primary = own.find(({ isPrimary }) => isPrimary === true) ?? own[0];
  return {
    id: contact.id,
    name: textOf(contact['name']),
    email: textOf(primary?.['email']),
    phone: textOf(contact['phone']),
    address: textOf(contact['street']),
    city: textOf(contact['cityText']),
    zipcode: textOf(contact['zipcodeText']),
    country: textOf(contact['countryId']),
    vatNo: textOf(contact['registrationNo']),
    contactNo: textOf(contact['contactNo']),
    ean: textOf(contact['ean']),
    type: textOf(contact['type']),
    isArchived: textOf(contact['isArchived']),
    paymentTermsDays: textOf(contact['paymentTermsDays']),
  };
}

function expectedRows(world: World, isWanted: (contact: DumpedRecord) => boolean): Row[] {
  const persons = world.held('contactPersons');
  return world
    .held('contacts')
    .filter((contact) => contact['isCustomer'] === true && isWanted(contact))
    .map((contact) => rowOf(contact, persons));
}

function byId(rows: readonly Row[]): Row[] {
  return rows.toSorted((left, right) => ((left['id'] ?? '') < (right['id'] ?? '') ? -1 : 1));
}

/** Cities by reference have tests of their own (cities.test.ts). */
const TEXTS = { cityReferences: 'none' } as const;

describe('an export', () => {
  it('is equal to what Billy holds, customers alone', async () => {
    const world = await calmWorld({ sandbox: { contacts: 1300 }, unknowns: TEXTS });
    const terms = { paymentTermsMode: 'net', paymentTermsDays: 14 };
    await world.plant('contacts', { name: 'Frist', countryId: 'DK', isCustomer: true, ...terms });
    const from = world.requests().length;
    const { rows, result, job } = await exported(world);
    expect(rows.filter(({ paymentTermsDays }) => paymentTermsDays === '14')).toHaveLength(1);
    expect(byId(rows)).toEqual(byId(expectedRows(world, () => true)));
    expect(rows.length).toBeLessThan(world.held('contacts').length);
    expect(result.total).toBe(rows.length);
    expect(job).toMatchObject({
      status: 'completed',
      operation: 'export',
      totalItems: rows.length,
    });
    expect(world.writes(from)).toEqual([]);
  });

  it.each([
    [{ isArchived: true }, (contact: DumpedRecord) => contact['isArchived'] === true],
    [{ isArchived: false }, (contact: DumpedRecord) => contact['isArchived'] === false],
    [{ country: 'DK' }, (contact: DumpedRecord) => contact['countryId'] === 'DK'],
    [{ country: 'Tyskland' }, (contact: DumpedRecord) => contact['countryId'] === 'DE'],
    [
      { country: 'dk', isArchived: true },
      (contact: DumpedRecord) => contact['countryId'] === 'DK' && contact['isArchived'] === true,
    ],
    [{ country: 'Utopia' }, () => false],
  ])('filtered by %j holds those and no others', async (filters, isWanted) => {
    const world = await calmWorld({ sandbox: { contacts: 240 }, unknowns: TEXTS });
    const { rows, result } = await exported(world, { filters });
    expect(byId(rows)).toEqual(byId(expectedRows(world, isWanted)));
    expect(result.total).toBe(rows.length);
  });

  it('of an empty account is its headers', async () => {
    const world = await calmWorld();
    const { text, result } = await exported(world);
    expect(text).toBe(`${resourceNamed('customer').exportColumns.join(',')}\n`);
    expect(result.total).toBe(0);
  });

  it('in Danish has semicolons, a byte order mark and Windows line breaks', async () => {
    const world = await calmWorld();
    await world.plant('contacts', { name: 'Ø;re, ApS', countryId: 'DK', isCustomer: true });
    const { text, rows } = await exported(world, { dialect: 'da' });
    expect(text.startsWith('\ufeffid;navn;e-mail')).toBe(true);
    expect(text).toContain('"Ø;re, ApS"');
    expect(text.endsWith('\r\n')).toBe(true);
    expect(rows).toHaveLength(1);
  });

  it('has no byte order mark otherwise', async () => {
    const world = await calmWorld();
    expect((await exported(world)).text.startsWith('id,')).toBe(true);
  });

  it('fed back in with update is unchanged, every row', async () => {
    const world = await calmWorld({ sandbox: { contacts: 200 } });
    await world.plant('contacts', { name: '=1+1', countryId: 'DK', isCustomer: true });
    for (const dialect of ['standard', 'da'] as const) {
      const { text, rows } = await exported(world, { dialect });
      const job = await world.imported(text, { duplicateStrategy: 'update' });
      expect(job.outcomes).toMatchObject({ unchanged: rows.length });
      expect(job.totalItems).toBe(rows.length);
    }
  });

  it('names what its rows cannot show', async () => {
    const world = await calmWorld();
    const person = (email: string, isPrimary: boolean) => ({ name: 'P', email, isPrimary });
    const contactPersons = [person('a@b.dk', true), person('c@d.dk', false)];
    const contact = { name: 'A', countryId: 'DK', isCustomer: true };
    for (let count = 0; count < 2; count += 1) {
      await world.plant('contacts', { ...contact, contactPersons });
    }
    await world.plant('contacts', contact);
    const { job, rows } = await exported(world);
    expect(job.warnings).toEqual([
      { code: 'EXPORT_LOSS', message: expect.stringMatching(/^2 customers have more/) as string },
    ]);
    expect(rows.map(({ email }) => email)).toEqual(['a@b.dk', 'a@b.dk', '']);
  });
});

describe('the file', () => {
  it('lies in the organization’s folder, readable by its owner alone', async () => {
    const world = await calmWorld();
    const { result, path } = await exported(world);
    expect(result).toEqual({ total: 0, filename: basename(path), filePath: null });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const folder of [dirname(path), dirname(dirname(path))]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    expect(result.filename).toMatch(/^customers-\d{4}-\d\d-\d\d-[0-9a-f]{12}\.csv$/);
  });

  it('lies where the caller wants it', async () => {
    const world = await calmWorld();
    const { job, result, text } = await exported(world, { filePath: 'out.csv' });
    const path = join(world.folder, 'out.csv');
    expect(result.filePath).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
    // What is shown of it is read from our own copy, which nobody can have replaced.
    writeFileSync(path, 'another');
    expect(await world.service.shortExportText(job)).toBe(text);
  });

  it('replaces one that is there only when told to', async () => {
    const world = await calmWorld();
    const path = join(world.folder, 'out.csv');
    writeFileSync(path, 'mine');
    const refused = exporting(world, { filePath: path });
    await expect(refused).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    const { text } = await exported(world, { filePath: path, overwrite: true });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('does not replace one that came in between', async () => {
    const world = await calmWorld({ isHeld: true });
    const { job } = await exportingHeld(world, 'out.csv');
    const path = join(world.folder, 'out.csv');
    writeFileSync(path, 'mine');
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ error: { code: 'FILE_EXISTS' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(world.folder)).toEqual(['out.csv']);
  });

  it('is written again by an export that begins anew', async () => {
    const world = await calmWorld({ isHeld: true });
    const { job } = await exportingHeld(world);
    const folder = storedFolder(world.dataDir, 'exports', job.organizationId);
    const context = await openWork(world, job);
    const { store, jobId, lease } = context;
    const at = { startedAtMs: job.createdAtMs, nowMs: job.createdAtMs };
    await store.beginStage({ jobId, lease, status: 'validating', ...at });
    await writeExport(context, world.parts.writeTarget);
    await world.plant('contacts', { name: 'B', countryId: 'DK', isCustomer: true });
    await writeExport(context, world.parts.writeTarget);
    const [name = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, name), 'utf8')).toContain('B');
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

/** Stored, not begun. */
function exportingHeld(world: World, filePath?: string) {
  const request: ExportRequest = {
    resource: resourceNamed('customer'),
    filters: {},
    filePath,
    overwrite: false,
    dialect: 'standard',
  };
  return world.service.export(request, AbortSignal.abort());
}

describe('an export that fails', () => {
  it('leaves nothing behind when Billy refuses in the middle', async () => {
    const world = await calmWorld({ isHeld: true, sandbox: { contacts: 2500 } });
    const { job } = await exportingHeld(world, 'out.csv');
    const context = await openWork(world, job);
    // The real listing; only the moment at which the token goes bad is ours.
    const pages = world.billy.listAll.bind(world.billy);
    const billy = Object.assign(Object.create(world.billy) as typeof world.billy, {
      organization: world.billy.organization.bind(world.billy),
      async *listAll(...asked: Parameters<typeof pages>) {
        for await (const records of pages(...asked)) {
          yield records;
          world.sandbox.control.revokeToken();
        }
      },
    });
    const writing = writeExport({ ...context, billy }, world.parts.writeTarget);
    await expect(writing).rejects.toMatchObject({ code: 'BILLY_AUTH' });
    expect(readdirSync(world.folder)).toEqual([]);
    expect(storedFiles(world.dataDir, 'exports')).toEqual([]);
    expect((await world.store.getJob({ jobId: job.id }))?.result).toBeNull();
  });

  it('ends the job failed, with Billy’s reason', async () => {
    const world = await calmWorld({ isHeld: true });
    const { job } = await exportingHeld(world, 'out.csv');
    world.sandbox.control.revokeToken();
    await world.restart({ isHeld: false });
    const view = await world.ended(job.id);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'BILLY_AUTH' } });
    expect(existsSync(join(world.folder, 'out.csv'))).toBe(false);
  });

  it('stops between pages when the process does', async () => {
    const world = await calmWorld({ isHeld: true, sandbox: { contacts: 30 } });
    const { job } = await exportingHeld(world, 'out.csv');
    const stop = AbortSignal.abort(new DOMException('stop', 'AbortError'));
    const context = await openWork(world, job, { stop });
    await expect(writeExport(context, world.parts.writeTarget)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(readdirSync(world.folder)).toEqual([]);
  });
});

describe('exportResultOf', () => {
  it('is null until the export is done', () => {
    expect(exportResultOf(null)).toBeNull();
  });

  it('refuses what is no result', () => {
    expect(() => exportResultOf({ total: 'many' })).toThrow();
  });
});
