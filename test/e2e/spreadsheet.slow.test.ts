// An export that went through a real spreadsheet program comes back as what it was: nothing is
// changed, nothing is lost to leading zeros, formulas, dates or character sets.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cvrOf, eanOf } from '../support/made-up.js';
import {
  formulasWhenSplitAt,
  isSpreadsheetMissing,
  openAsText,
  saveAgain,
  saveAsCsv,
} from '../support/spreadsheet.js';
import { openStage, putFile, runJob, type Stage } from './stage.js';

const ROWS = 5000;
/** One made-up contact in fifteen is no customer. */
const CONTACTS = 5360;
const LONG_MS = 120_000;

/** What spreadsheets like to run, to count, to date or to tear apart. */
const NASTY = [
  ...['=SUM(A1:A9)', '=cmd|calc!A1', '+1+1', '+45 12 34 56 78', '-Minus A/S', '-1', '@lex ApS'],
  ...["'Apostrof", "'=Begge", "''To", '"Citat"', 'Et "citat" inde', 'Semikolon; og, komma'],
  ...['Linje\nskift', 'Æblegård Øst Åben', 'Café Müller & Søn – €', '000123', '1E5', '1e-7'],
  ...['12345678901234567890', '2024-01-02', '1/2', '01-02-03', 'TRUE', 'falsk', '1250.00'],
  ...['1.125', '1000', '1.000,50', '#N/A', '50%', 'kr. 100', '12:30', '\t=fane', '(5)'],
] as const;

/** What is a formula only for who splits it at another sign than its writer. */
const SPLIT = [
  ...['x;=1+41;y', 'x,=1+41,y', 'x\t=1+41\ty', 'x|=1+41|y', 'x\n=1+41', 'x\r\n=1+41', 'x\r=1+41'],
  ...['x; =1+41', 'x;"=1+41";y', '"=1+41"', 'x,"";=1+41', 'x";=1+41;"y', "x;'=1+41", "x,''=1+41"],
  ...['x;+1+1', 'x,-1+1', 'x;@SUM(1)', 'x;\t=1+41', ' =1+41', '\u00a0=1+41', 'x;＝1+41', 'x;\t'],
  ...['-1,2+3', '+1;=2', 'Hans, +45 12 34 56 78', 'Pris 125,- pr. stk.', '- en\n- to', "A, '-B"],
] as const;
const SEPARATORS = [',', ';', '\t', '|'] as const;
const FORMULA = 'of:=1+41';

async function plant(stage: Stage, collection: string, record: object): Promise<void> {
  const { url, token } = stage.sandbox;
  const response = await fetch(`${url}/${collection}`, {
    method: 'POST',
    headers: { 'x-access-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ [collection.replace(/s$/, '')]: record }),
  });
  if (!response.ok) throw new Error(`not planted: ${await response.text()}`);
}

async function plantContacts(stage: Stage, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    const email = `o'neil+${String(index)}@firma.example`;
    await plant(stage, 'contacts', {
      ...{ name: text, countryId: 'DK', isCustomer: true, contactNo: `00${String(index)}` },
      ...{ street: text, cityText: text, zipcodeText: '0999', phone: '+45 00 11 22 33' },
      ...{ registrationNo: cvrOf(index), ean: eanOf(index) },
      contactPersons: [{ name: text, email, isPrimary: true }],
    });
  }
}

const PRICES = [1250, 1.125, 1000, 0.1, 99.95, 12_345_678.9, 1_234.567];

async function plantProducts(stage: Stage, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    const unitPrice = PRICES[index % PRICES.length];
    await plant(stage, 'products', {
      ...{ name: text, description: text, productNo: `00${String(index)}` },
      ...{ unit: text.slice(0, 10), prices: [{ currencyId: 'DKK', unitPrice }] },
    });
  }
}

const RESOURCES = {
  customers: { flags: ['--contacts', String(CONTACTS)], plantTexts: plantContacts },
  products: { flags: ['--products', String(ROWS)], plantTexts: plantProducts },
} as const;

type Plural = keyof typeof RESOURCES;

/** An account with nasty records among thousands of others, and its export. */
async function exported(
  plural: Plural,
  name = 'export.csv',
): Promise<{ stage: Stage; file: string; total: number }> {
  const { flags, plantTexts } = RESOURCES[plural];
  const stage = await openStage({ flags });
  await plantTexts(stage, NASTY);
  const file = path.join(stage.home.folder, name);
  const answer = await stage.connection.callTool(`export_${plural}_csv`, { filePath: file });
  expect(answer).toMatchObject({ isError: false });
  const total = answer.structured?.[plural === 'customers' ? 'totalCustomers' : 'totalProducts'];
  expect(total).toBeGreaterThanOrEqual(ROWS);
  return { stage, file, total: Number(total) };
}

/** Imports the file as an update: every row is unchanged, and nothing is sent. */
async function expectUnchanged(
  { stage, total }: { stage: Stage; total: number },
  source: { plural: Plural; filePath: string; options?: object },
): Promise<void> {
  const { plural, filePath, options } = source;
  const before = await stage.sandbox.summary();
  const from = (await stage.sandbox.requests()).length;
  const args = { filePath, options: { duplicateStrategy: 'update', ...options } };
  const job = await runJob(stage.connection, args, `import_${plural}_csv`);
  expect(job.errorSummary).toEqual([]);
  expect(job).toMatchObject({ status: 'completed', totalItems: total, failedItems: 0 });
  expect(job.outcomes).toMatchObject({ unchanged: total, updated: 0, created: 0 });
  const sent = (await stage.sandbox.requests()).slice(from);
  expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await stage.sandbox.summary()).toEqual(before);
}

/** An account of hostile records alone, exported in that dialect. */
async function exportedHostile(plural: Plural, dialect: 'da' | undefined) {
  const stage = await openStage();
  await RESOURCES[plural].plantTexts(stage, SPLIT);
  const filePath = path.join(stage.home.folder, 'hostile.csv');
  const options = dialect === undefined ? {} : { dialect };
  const answer = await stage.connection.callTool(`export_${plural}_csv`, { filePath, options });
  expect(answer).toMatchObject({ isError: false });
  return { stage, filePath, total: SPLIT.length };
}

describe.skipIf(isSpreadsheetMissing)('LibreOffice (soffice)', () => {
  it.each([
    ['customers', undefined],
    ['products', 'da'],
  ] as const)(
    'computes nothing of hostile %s (%s), whichever of four signs it splits them at',
    { timeout: LONG_MS },
    async (plural, dialect) => {
      const { stage, filePath, total } = await exportedHostile(plural, dialect);
      for (const separator of SEPARATORS) {
        const control = await putFile(stage.home, 'control.csv', `id${separator}=1+41\n`);
        expect(await formulasWhenSplitAt(control, separator)).toEqual([FORMULA]);
        expect(await formulasWhenSplitAt(filePath, separator)).toEqual([]);
      }
      await expectUnchanged({ stage, total }, { plural, filePath });
    },
  );

  it.each(['customers', 'products'] as const)(
    'opens 5,000 exported %s and saves them as Danish CSV, which imports as unchanged',
    { timeout: LONG_MS },
    async (plural) => {
      const { stage, file, total } = await exported(plural);
      const workbook = await openAsText(file, 'ods');
      const utf8 = await saveAsCsv(workbook, 'utf-8');
      const saved = await readFile(utf8, 'utf8');
      expect(saved.split('\n')[0]).toMatch(/^\ufeff?id;name;/);
      expect(saved).toContain("'=SUM(A1:A9)");
      expect(saved).toContain('000123');
      await expectUnchanged({ stage, total }, { plural, filePath: utf8 });
      const ansi = await saveAsCsv(workbook, 'windows-1252');
      expect((await readFile(ansi)).includes(Buffer.from('Æblegård Øst Åben', 'latin1'))).toBe(
        true,
      );
      const options = { encoding: 'windows-1252' };
      await expectUnchanged({ stage, total }, { plural, filePath: ansi, options });
    },
  );

  it.each(['customers', 'products'] as const)(
    'opens 5,000 exported %s and saves them as a workbook, which imports as unchanged',
    { timeout: LONG_MS },
    async (plural) => {
      const { stage, file, total } = await exported(plural);
      const filePath = await openAsText(file, 'xlsx');
      await expectUnchanged({ stage, total }, { plural, filePath });
    },
  );

  it.each(['customers', 'products'] as const)(
    'opens a workbook of 5,000 exported %s with every identifier, and saves it again: all unchanged',
    { timeout: LONG_MS },
    async (plural) => {
      const { stage, file, total } = await exported(plural, 'export.xlsx');
      const csv = await readFile(await saveAsCsv(file, 'utf-8'), 'utf8');
      // Zeros at the beginning, and what looks like a number, a date or a formula.
      for (const text of ['000123', '12345678901234567890', '=SUM(A1:A9)', '2024-01-02', '1E5']) {
        expect(csv).toContain(text);
      }
      if (plural === 'customers') expect(csv).toContain(`;${eanOf(0)};`);
      await expectUnchanged({ stage, total }, { plural, filePath: await saveAgain(file) });
    },
  );
});
