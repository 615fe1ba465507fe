/** Lists the sheets of a workbook with their rows, for a look at the file. */
import { LIMITS } from '../../core/limits.js';
import { guarded, openArchive } from './archive.js';
import { ReadBudget } from './budget.js';
import { readTextRows } from './reader.js';
import { readSheet } from './sheet.js';
import { readBook } from './workbook.js';

export interface ListedSheet {
  name: string;
  /** Rows with a cell, the header row included; null: too many to count at once. */
  rows: number | null;
  hiddenRows: number | null;
  isHidden: boolean;
}

/** The sheets that are listed; a workbook seldom has more. */
const SHEETS_MAX = 20;

/** Counts the rows within the budget of one head, so that a caller need not wait. */
export async function listSheets(path: string): Promise<ListedSheet[]> {
  const archive = await openArchive(path);
  try {
    const { sheets } = await guarded(() => readBook(archive, new ReadBudget()));
    const budget = new ReadBudget();
    const listed: ListedSheet[] = [];
    for (const { name, part, isHidden } of sheets.slice(0, SHEETS_MAX)) {
      const counts = await guarded(async () => {
        return countRows(readSheet(await archive.open(part, LIMITS.xlsxSheetBytesMax), budget));
      }).catch(() => ({ rows: null, hiddenRows: null }));
      listed.push({ name, ...counts, isHidden });
    }
    return listed;
  } finally {
    archive.close();
  }
}

async function countRows(
  reading: ReturnType<typeof readSheet>,
): Promise<{ rows: number; hiddenRows: number }> {
  let rows = 0;
  let hiddenRows = 0;
  for await (const batch of reading) {
    const filled = batch.filter(({ cells }) => cells.length > 0);
    rows += filled.length;
    hiddenRows += filled.filter(({ hidden }) => hidden === 'filter').length;
  }
  return { rows, hiddenRows };
}

/** The texts of the first filled rows of a sheet. */
export async function firstTexts(
  path: string,
  { sheet, rowsMax }: { sheet: string | undefined; rowsMax: number },
): Promise<string[][]> {
  const found: string[][] = [];
  const wanted = { sheetName: sheet, budget: new ReadBudget() };
  for await (const { rows } of readTextRows(path, wanted)) {
    found.push(...rows.filter(({ cells }) => cells.length > 0).map(textsOfRow));
    if (found.length >= rowsMax) break;
  }
  return found.slice(0, rowsMax);
}

function textsOfRow({ cells }: { cells: readonly { column: number; text: string }[] }): string[] {
  const shown = cells.filter(({ column }) => column < LIMITS.columnsMax);
  const texts = Array.from({ length: (shown.at(-1)?.column ?? -1) + 1 }, () => '');
  for (const { column, text } of shown) texts[column] = text;
  return texts;
}
