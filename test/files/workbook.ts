/** Workbooks for tests, part by part, so that every oddity of the format can be written down. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface WorkbookParts {
  /** What stands in `sheetData`, by the names of the sheets. */
  sheets: Readonly<Record<string, string>>;
  /** The `si` elements. */
  texts?: string;
  /** The codes of number formats; style 1 is the first. */
  formats?: readonly string[];
  is1904?: boolean;
  /** Sheets that are hidden. */
  hidden?: readonly string[];
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const FIRST_OWN_FORMAT = 164;

/** A workbook that compresses, as Excel writes it. */
export function makeWorkbook(parts: WorkbookParts): Buffer {
  return makeZip(partsOf(parts));
}

/** The workbook's parts by their names, so that a test can spoil one. */
export function partsOf(parts: WorkbookParts): Record<string, string> {
  const { sheets, texts, formats = [], is1904 = false, hidden = [] } = parts;
  const names = Object.keys(sheets);
  const listed = names.map((name, index) => {
    const state = hidden.includes(name) ? ' state="hidden"' : '';
    return `<sheet name="${name}" sheetId="${index + 1}"${state} r:id="rId${index + 1}"/>`;
  });
  const targets: [string, string][] = names.map((_name, index) => [
    'worksheet',
    `worksheets/sheet${index + 1}.xml`,
  ]);
  targets.push(['styles', 'styles.xml']);
  if (texts !== undefined) targets.push(['sharedStrings', 'sharedStrings.xml']);
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relationsOf([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml':
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${is1904 ? ' date1904="1"' : ''}/>` +
      `<sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationsOf(targets),
    ...Object.fromEntries(
      Object.values(sheets).map((rows, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
    'xl/styles.xml': stylesOf(formats),
    ...(texts === undefined ? {} : { 'xl/sharedStrings.xml': `<sst>${texts}</sst>` }),
  };
}

/** An archive of these parts. */
export function makeZip(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
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
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, label, packed]);
    const places = Buffer.alloc(14);
    places.writeUInt32LE(offset, 10);
    entries.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.of(20, 0), fields, places, label]),
    );
    bodies.push(local);
    offset += local.length;
  }
  return Buffer.concat([...bodies, ...entries, endOf(entries, offset)]);
}

function endOf(entries: readonly Buffer[], offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(entries).length, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function relationsOf(targets: readonly (readonly [string, string])[]): string {
  const listed = targets.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${RELATIONS}">${listed.join('')}</Relationships>`;
}

function stylesOf(formats: readonly string[]): string {
  const codes = formats.map(
    (code, index) => `<numFmt numFmtId="${FIRST_OWN_FORMAT + index}" formatCode="${code}"/>`,
  );
  const uses = formats.map((_code, index) => `<xf numFmtId="${FIRST_OWN_FORMAT + index}"/>`);
  return (
    `<styleSheet xmlns="${MAIN}"><numFmts>${codes.join('')}</numFmts>` +
    `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
    `<cellXfs><xf numFmtId="0"/>${uses.join('')}</cellXfs></styleSheet>`
  );
}
