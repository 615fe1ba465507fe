/** Workbooks made to be slow or large to read. Their size is that of the part that is attacked, unpacked. */
import { HEADER_ROW, PART_NAMES, sheetOf, workbookOf, type Parts } from './archive.js';
import { fill } from './texts.js';

export type PartsMaker = (bytes: number) => Parts;

const { book, relations, root, sheet, styles, texts } = PART_NAMES;

/** Units that carry a number, as many as fit. */
function count(unit: (index: number) => string, bytes: number): string {
  const units: string[] = [];
  let size = 0;
  for (let index = 2; size < bytes; index += 1) {
    const next = unit(index);
    units.push(next);
    size += next.length;
  }
  return units.join('');
}

const inSheet =
  (rows: (bytes: number) => string): PartsMaker =>
  (bytes) => ({ [sheet]: sheetOf(rows(bytes)) });

const cellOf = (content: string, more = ''): string => `<row><c ${more}>${content}</c></row>`;

const NESTED: Readonly<Record<string, PartsMaker>> = Object.fromEntries(
  Object.entries(PART_NAMES).map(([name, part]) => [
    `elements within one another: ${name}`,
    (bytes: number) => ({ [part]: fill('<a>', bytes) }),
  ]),
);

const PARTS: Readonly<Record<string, PartsMaker>> = {
  ...NESTED,
  'elements before the first row': (bytes) => ({
    [sheet]: sheetOf('', { before: fill('<a/>', bytes) }),
  }),
  'elements behind the last row': (bytes) => ({
    [sheet]: sheetOf('', { after: fill('<a/>', bytes) }),
  }),
  'rows before the header': (bytes) => ({
    [sheet]: `<worksheet><sheetData>${fill('<row/>', bytes)}</sheetData></worksheet>`,
  }),
  'cells before the header': (bytes) => ({
    [sheet]: `<worksheet><sheetData>${fill(`<row>${'<c/>'.repeat(16_384)}</row>`, bytes)}</sheetData></worksheet>`,
  }),
  'cells in the last column': inSheet((bytes) =>
    count((row) => `<row r="${String(row)}"><c r="XFD${String(row)}"><v>1</v></c></row>`, bytes),
  ),
  'rows of nothing': inSheet((bytes) => fill('<row/>', bytes)),
  'rows of one cell': inSheet((bytes) => fill('<row><c><v>1</v></c></row>', bytes)),
  'one cell of many runs': inSheet((bytes) =>
    cellOf(`<is>${fill('<r><t>x</t></r>', bytes)}</is>`, 't="inlineStr"'),
  ),
  'cells of digits that are no numbers': inSheet((bytes) =>
    fill(cellOf(`<v>${'1'.repeat(32_000)}x</v>`), bytes),
  ),
  'pieces of one value': inSheet((bytes) => cellOf(`<v>${fill('<![CDATA[1]]>', bytes)}</v>`)),
  'entities in one value': inSheet((bytes) => cellOf(`<v>${fill('&amp;', bytes)}</v>`)),
  comments: inSheet((bytes) => fill('<!---->', bytes)),
  'attributes of one cell': inSheet((bytes) =>
    cellOf(
      '<v>1</v>',
      count((index) => `a${String(index)}="" `, bytes),
    ),
  ),
  'errors in every row': inSheet((bytes) => fill(cellOf('<v>#N/A</v>', 't="e"'), bytes)),
  'texts before that of the header': (bytes) => {
    const listed = count((index) => `<si><t>${String(index)}</t></si>`, bytes);
    const last = listed.split('</si>').length - 2;
    const header = HEADER_ROW.replace('<v>0</v>', `<v>${String(last)}</v>`);
    return {
      [texts]: `<sst>${listed}</sst>`,
      [sheet]: sheetOf('').replace(HEADER_ROW, header),
    };
  },
  'texts far apart': (bytes) => {
    const long = (index: number): string => `<si><t>${String(index)}${'ø'.repeat(500)}</t></si>`;
    const listed = count(long, bytes);
    const last = listed.split('</si>').length - 2;
    const rows = count(
      (index) => cellOf(`<v>${String((index * 7919) % last)}</v>`, 't="s"'),
      bytes / 4,
    );
    return { [texts]: `<sst><si><t>navn</t></si>${listed}</sst>`, [sheet]: sheetOf(rows) };
  },
  'texts that do not exist': (bytes) => ({
    [sheet]: sheetOf(fill(cellOf('<v>999999999</v>', 't="s"'), bytes)),
  }),
  'one text of many runs': (bytes) => ({
    [texts]: `<sst><si><t>navn</t></si><si>${fill('<r><t>x</t></r>', bytes)}</si></sst>`,
    [sheet]: sheetOf(cellOf('<v>1</v>', 't="s"')),
  }),
  formats: (bytes) => ({ [styles]: `<s><cellXfs>${fill('<xf/>', bytes)}</cellXfs></s>` }),
  'codes of formats': (bytes) => ({
    [styles]: `<s><numFmts>${count(
      (index) => `<numFmt numFmtId="${String(index)}" formatCode="${'[x'.repeat(120)}"/>`,
      bytes,
    )}</numFmts></s>`,
  }),
  sheets: (bytes) => ({
    [book]: `<workbook><sheets>${count(
      (index) => `<sheet name="${String(index)}" r:id="r0"/>`,
      bytes,
    )}</sheets></workbook>`,
  }),
  relations: (bytes) => ({
    [relations]: `<R>${count((index) => `<Relationship Id="x${String(index)}"/>`, bytes)}</R>`,
  }),
  'relations of the whole': (bytes) => ({
    [root]: `<R>${count((index) => `<Relationship Id="x${String(index)}" Target="${'../'.repeat(20)}"/>`, bytes)}</R>`,
  }),
};

export const HOSTILE_WORKBOOKS: Readonly<Record<string, (bytes: number) => Buffer>> =
  Object.fromEntries(
    Object.entries(PARTS).map(([name, make]) => [name, (bytes: number) => workbookOf(make(bytes))]),
  );
