/** What a workbook holds: its sheets, formats and texts, and where they lie in the archive. */
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { notText, SAVE_AS } from './encoding.js';
import { damaged, type Archive } from './xlsx-archive.js';
import { readFormats, type CellFormat } from './xlsx-styles.js';
import { readWholeXml } from './xlsx-xml.js';

export interface Book {
  /** In the order of the tabs; only those that hold cells. */
  sheets: BookSheet[];
  is1904: boolean;
  formats: CellFormat[];
  /** The part with the shared texts; null when there are none. */
  textsPart: string | null;
}

export interface BookSheet {
  name: string;
  part: string;
  isHidden: boolean;
}

interface Relation {
  type: string;
  part: string;
}

const ROOT_RELATIONS = '_rels/.rels';
const SHEETS_NAMED_MAX = 10;
const NAME_CHARS_MAX = 40;

/** Throws `INPUT_ENCODING` for an archive that is no workbook. */
export async function readBook(archive: Archive): Promise<Book> {
  const path = await findWorkbook(archive);
  if (path === null) throw noWorkbook();
  const relations = await readRelations(archive, path);
  const { sheets, is1904, isWorkbook } = await readWorkbook(archive, { path, relations });
  if (!isWorkbook) throw noWorkbook();
  if (sheets.length === 0) throw damaged();
  const partOf = (type: string): string | null => {
    const relation = [...relations.values()].find((one) => one.type === type);
    return relation !== undefined && archive.has(relation.part) ? relation.part : null;
  };
  const styles = partOf('styles');
  const formats =
    styles === null ? [] : await readFormats(await archive.open(styles, LIMITS.xlsxIndexBytesMax));
  return { sheets, is1904, formats, textsPart: partOf('sharedStrings') };
}

/** The sheet of that name, else the first that is not hidden. */
export function chooseSheet(book: Book, name?: string): BookSheet {
  const wanted = name?.trim().toLowerCase();
  const chosen =
    wanted === undefined
      ? (book.sheets.find(({ isHidden }) => !isHidden) ?? book.sheets[0])
      : (book.sheets.find((sheet) => sheet.name === name) ??
        book.sheets.find((sheet) => sheet.name.trim().toLowerCase() === wanted));
  if (chosen !== undefined) return chosen;
  const names = book.sheets.slice(0, SHEETS_NAMED_MAX).map((sheet) => sheet.name);
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'The workbook has no sheet of that name.',
    hint: 'Give one of its sheets in options.sheet, or leave it out for the first one.',
    detail: names.map((one) => quote(one, NAME_CHARS_MAX)).join(', '),
  });
}

async function findWorkbook(archive: Archive): Promise<string | null> {
  if (!archive.has(ROOT_RELATIONS)) return null;
  const relations = await readRelations(archive, '');
  const main = [...relations.values()].find(({ type }) => type === 'officeDocument');
  const isText = main !== undefined && /\.xml$/i.test(main.part) && archive.has(main.part);
  return isText ? main.part : null;
}

async function readRelations(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const slash = part.lastIndexOf('/') + 1;
  const path = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`;
  if (!archive.has(path)) return relations;
  await readWholeXml(await archive.open(path, LIMITS.xlsxIndexBytesMax), {
    open: (name, attributes) => {
      const { Id: id, Type: type = '', Target: target = '' } = attributes;
      if (name !== 'Relationship' || id === undefined) return;
      // Both dialects of the format name the types alike behind the last slash.
      const kind = type.slice(type.lastIndexOf('/') + 1);
      relations.set(id, { type: kind, part: resolvePart(part.slice(0, slash), target) });
    },
  });
  return relations;
}

async function readWorkbook(
  archive: Archive,
  place: { path: string; relations: ReadonlyMap<string, Relation> },
): Promise<{ sheets: BookSheet[]; is1904: boolean; isWorkbook: boolean }> {
  const sheets: BookSheet[] = [];
  let is1904 = false;
  let isWorkbook = false;
  await readWholeXml(await archive.open(place.path, LIMITS.xlsxIndexBytesMax), {
    open: (name, attributes) => {
      if (name === 'workbook') isWorkbook = true;
      else if (name === 'workbookPr')
        is1904 = /^(?:1|true|on)$/i.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => /^(?:\w+:)?id$/.test(key))?.[1];
      const relation = place.relations.get(id ?? '');
      // Charts and macro sheets hold no rows.
      if (relation?.type !== 'worksheet' || !archive.has(relation.part)) return;
      const isHidden = /hidden$/i.test(attributes['state'] ?? '');
      sheets.push({ name: attributes['name'] ?? '', part: relation.part, isHidden });
    },
  });
  return { sheets, is1904, isWorkbook };
}

function resolvePart(folder: string, target: string): string {
  const isRooted = target.startsWith('/');
  const steps = `${isRooted ? '' : folder}${target}`.split('/');
  const path: string[] = [];
  for (const step of steps) {
    if (step === '..') path.pop();
    else if (step !== '' && step !== '.') path.push(step);
  }
  return path.join('/');
}

/** The refusal of an archive that holds something else. */
export function noWorkbook(): InputError {
  return notText({ message: 'The file is a ZIP archive, but no Excel workbook.', hint: SAVE_AS });
}
