// A real spreadsheet program: LibreOffice without a window, each call with a profile of its own.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = 'soffice';
const CONVERT_MS = 120_000;

const isInstalled = spawnSync(PROGRAM, ['--version']).error === undefined;
const isRequired = process.env['REQUIRE_SERVICES'] === '1';

/** Without the program its tests are skipped, and say so, unless somebody requires it. */
export const isSpreadsheetMissing = !isInstalled && !isRequired;
if (isSpreadsheetMissing) {
  process.stdout.write(`skipped: ${PROGRAM} (libreoffice-calc-nogui) is not installed\n`);
}

/** Filter options: separator, quote and character set (76 is UTF-8, ANSI is windows-1252). */
const FORMATS = {
  ods: { convertTo: 'ods', ending: 'ods' },
  fods: { convertTo: 'fods', ending: 'fods' },
  xlsx: { convertTo: 'xlsx:Calc MS Excel 2007 XML', ending: 'xlsx' },
  'utf-8': { convertTo: 'csv:Text - txt - csv (StarCalc):59,34,76', ending: 'csv' },
  'windows-1252': { convertTo: 'csv:Text - txt - csv (StarCalc):59,34,ANSI', ending: 'csv' },
} as const;

type SpreadsheetFormat = keyof typeof FORMATS;

/** Saves `file` in another format, in a new folder beside it; the answer is the new file's path. */
async function convert(
  file: string,
  format: SpreadsheetFormat,
  inFilter: readonly string[],
): Promise<string> {
  const { convertTo, ending } = FORMATS[format];
  const folder = path.dirname(file);
  const outFolder = path.join(folder, format);
  await mkdir(outFolder, { recursive: true });
  const profile = await mkdtemp(path.join(folder, 'profile-'));
  try {
    const own = `-env:UserInstallation=${pathToFileURL(profile).href}`;
    const how = ['--headless', '--norestore', '--convert-to', convertTo, '--outdir', outFolder];
    await run(PROGRAM, [own, ...inFilter, ...how, file], { timeout: CONVERT_MS });
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
  return path.join(outFolder, `${path.basename(file, path.extname(file))}.${ending}`);
}

/** Opens a comma-separated UTF-8 file as a careful user does, every column as text, and saves it. */
export async function openAsText(csvFile: string, format: 'ods' | 'xlsx'): Promise<string> {
  const [header = ''] = (await readFile(csvFile, 'utf8')).split('\n');
  const columns = header.split(',').map((_, index) => `${String(index + 1)}/2`);
  return convert(csvFile, format, [`--infilter=CSV:44,34,76,1,${columns.join('/')}`]);
}

/** Opens a file as a careless user does, split at that sign, and gives the formulas that it computes. */
export async function formulasWhenSplitAt(csvFile: string, separator: string): Promise<string[]> {
  const code = String(separator.charCodeAt(0));
  // Any number is looked for, blanks around cells are cut off, and formulas are evaluated.
  const opened = `--infilter=CSV:${code},34,76,1,,0,false,true,false,false,true,-1,true`;
  const sheet = await readFile(await convert(csvFile, 'fods', [opened]), 'utf8');
  return [...sheet.matchAll(/table:formula="([^"]*)"/g)].map(([, formula = '']) => formula);
}

/** Saves a workbook as CSV the Danish way, with semicolons. */
export function saveAsCsv(workbook: string, encoding: 'utf-8' | 'windows-1252'): Promise<string> {
  return convert(workbook, encoding, []);
}

/** Opens a workbook and saves it again as a workbook. */
export function saveAgain(workbook: string): Promise<string> {
  return convert(workbook, 'xlsx', []);
}
