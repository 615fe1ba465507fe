/** Workbooks made of any parts, as small as they pack. */
import { makeZip } from '../../../test/files/workbook.js';

export type Parts = Readonly<Record<string, string>>;

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';

export const PART_NAMES = {
  root: '_rels/.rels',
  book: 'xl/workbook.xml',
  relations: 'xl/_rels/workbook.xml.rels',
  styles: 'xl/styles.xml',
  texts: 'xl/sharedStrings.xml',
  sheet: 'xl/worksheets/sheet1.xml',
} as const;

function relations(targets: readonly (readonly [type: string, target: string])[]): string {
  const listed = targets.map(
    ([type, target], index) =>
      `<Relationship Id="r${String(index)}" Type="${RELATION}${type}" Target="${target}"/>`,
  );
  return `<Relationships>${listed.join('')}</Relationships>`;
}

export const HEADER_ROW =
  '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>pris</t></is></c></row>';

export function sheetOf(rows: string, more: { before?: string; after?: string } = {}): string {
  const { before = '', after = '' } = more;
  return `<worksheet>${before}<sheetData>${HEADER_ROW}${rows}</sheetData>${after}</worksheet>`;
}

/** A sound workbook with a header and one row. */
export const SOUND: Parts = {
  [PART_NAMES.root]: relations([['officeDocument', 'xl/workbook.xml']]),
  [PART_NAMES.book]: '<workbook><sheets><sheet name="Ark1" r:id="r0"/></sheets></workbook>',
  [PART_NAMES.relations]: relations([
    ['worksheet', 'worksheets/sheet1.xml'],
    ['styles', 'styles.xml'],
    ['sharedStrings', 'sharedStrings.xml'],
  ]),
  [PART_NAMES.styles]: '<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>',
  [PART_NAMES.texts]: '<sst><si><t>navn</t></si><si><t>Anna</t></si></sst>',
  [PART_NAMES.sheet]: sheetOf('<row r="2"><c r="A2" t="s"><v>1</v></c></row>'),
};

/** A sound workbook with some parts replaced. */
export function workbookOf(parts: Parts): Buffer {
  return makeZip({ ...SOUND, ...parts });
}
