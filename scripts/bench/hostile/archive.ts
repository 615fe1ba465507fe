/** Workbooks made of any parts, as small as they pack. */
import { crc32, deflateRawSync } from 'node:zlib';

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

function entryOf(
  name: string,
  content: string,
): { local: Buffer; central: (at: number) => Buffer } {
  const body = Buffer.from(content);
  const packed = deflateRawSync(body);
  const label = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(body), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(body.length, 18);
  fields.writeUInt16LE(label.length, 22);
  const start = Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1');
  return {
    local: Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, label, packed]),
    central: (at) => {
      const places = Buffer.alloc(14);
      places.writeUInt32LE(at, 10);
      return Buffer.concat([start, fields, places, label]);
    },
  };
}

export function packWorkbook(parts: Parts): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const { local, central } = entryOf(name, content);
    locals.push(local);
    centrals.push(central(at));
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(Buffer.concat(centrals).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...centrals, end]);
}

/** A sound workbook with some parts replaced. */
export function workbookOf(parts: Parts): Buffer {
  return packWorkbook({ ...SOUND, ...parts });
}
