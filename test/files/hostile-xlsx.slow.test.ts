// Workbooks made to hold us up or to fill the memory, and workbooks with one damaged place.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HEADER_ROW,
  PART_NAMES,
  sheetOf,
  SOUND,
  workbookOf,
  type Parts,
} from '../../scripts/bench/hostile/archive.js';
import { LIMITS } from '../../src/core/limits.js';
import { FUZZ, FUZZ_RUNS, FUZZ_TIMEOUT_MS, harmOf, readHostile } from '../support/hostile.js';
import { tempFolder } from './temp-folder.js';
import { makeZip } from './workbook.js';

const TEXTS = ['navn', 'Anna', 'Bo', '<Çæ & "co">'];

/** What stands in a cell, and how it is read. */
interface Cell {
  /** Attributes and content, without the place. */
  xml: readonly [attributes: string, content: string];
  text: string;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

const shared = fc.integer({ min: 1, max: TEXTS.length - 1 }).map((index): Cell => {
  return { xml: ['t="s"', `<v>${index}</v>`], text: TEXTS[index] ?? '' };
});
const inline = fc.constantFrom('a', 'b c', 'ø&').map((text): Cell => {
  return { xml: ['t="inlineStr"', `<is><t>${escaped(text)}</t></is>`], text };
});
const number = fc.integer({ min: -99_999, max: 99_999 }).map((value): Cell => {
  return { xml: ['', `<v>${value}</v>`], text: String(value) };
});
const truth = fc.boolean().map((value): Cell => {
  return { xml: ['t="b"', `<v>${Number(value)}</v>`], text: String(value) };
});
const day = fc.constant<Cell>({ xml: ['s="1"', '<v>45721</v>'], text: '2025-03-05' });
const cell = fc.oneof(shared, inline, number, truth, day);

type Damage = (attributes: string, content: string) => readonly [string, string] | null;

const asValue = (type: string, values: readonly string[]): Damage[] =>
  values.map((value) => () => [type, `<v>${value}</v>`] as const);

/** Each makes another cell of it, whose value nobody can know; null: of this cell it would not. */
const DAMAGES: readonly Damage[] = [
  ...asValue('t="s"', ['', ' ', '-1', '1.5', 'x', '1e0', '0x1', 'NaN', '4', '4294967296', '9e99']),
  ...asValue('t="b"', ['', '2', 'ja', '-1']),
  ...asValue('t="d"', ['', ' ']),
  ...asValue('', ['', ' ', '1x', '--1', '1e999', 'NaN', 'Infinity', '1,5', '12345678901234567']),
  ...asValue('t="e"', ['', '#N/A']),
  ...['s', 'b', 'd', 'e'].map((type) => () => [`t="${type}"`, ''] as const),
  ...['x', '', 'S', 'number'].map((type): Damage => (_attributes, content) => [
    `t="${type}"`,
    content,
  ]),
  ...['2', '-1', 'x', '', '1.5', '0x1'].map((style): Damage => (attributes, content) => [
    `${attributes.replace('s="1"', '')} s="${style}"`,
    content,
  ]),
  (attributes, content) => [attributes, `${content}${content}`],
  (attributes, content) => [attributes, `${content}x`],
  (attributes, content) => [attributes, `<y>${content}</y>`],
  (attributes, content) =>
    content.startsWith('<v>') ? [attributes, content.replaceAll('v>', 'w>')] : null,
  (attributes) => [
    attributes.includes('s="1"') || attributes === '' ? attributes : '',
    '<f>A1</f>',
  ],
  () => ['', '<f>A1</f><v></v>'],
];

/** Of a whole row, or of where a cell stands. */
const MISPLACEMENTS: readonly ((row: string) => string)[] = [
  ...['', '0', '-1', 'x', '1', '1e1', '0x9', '9999999'].map(
    (number_) => (row: string) => row.replace(/r="\d+"/, `r="${number_}"`),
  ),
  ...['', 'A', '1', '$', 'A0', 'A1', 'XFE2', 'AAAA2', 'A2B', 'Ø2'].map(
    (name) => (row: string) => row.replace(/r="[A-Z]+\d+"/, `r="${name}"`),
  ),
  (row) => row.replace(/ r="B(\d+)"/, ' r="A$1"'),
  (row) => `<x>${row}</x>`,
  (row) => row + row,
  (row) => row.replace('</row>', ''),
  (row) => row.replace('<c ', '<d ').replace('</c>', '</d>'),
  (row) => row.replace('<c ', '<x><c ').replace('</c>', '</c></x>'),
  (row) => `</sheetData>${row}<sheetData>`,
];

function rowXml(index: number, cells: readonly (readonly [string, string])[]): string {
  const row = String(index + 2);
  const listed = cells.map(
    ([attributes, content], column) =>
      `<c r="${'AB'.charAt(column)}${row}" ${attributes}>${content}</c>`,
  );
  return `<row r="${row}">${listed.join('')}</row>`;
}

const PARTS_OF_TEXTS: Parts = {
  [PART_NAMES.texts]: `<sst>${TEXTS.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
};

interface Row {
  cells: readonly [Cell, Cell];
  /** Of one of them; null: the row is sound. */
  damage: { column: number; damage: Damage } | null;
}

/** The row's cells as they stand in the sheet; null for a damage that this cell would survive. */
function spoiltCells({ cells, damage }: Row): (readonly [string, string])[] | null {
  const parts = cells.map(({ xml }, column) =>
    damage?.column === column ? damage.damage(...xml) : xml,
  );
  return parts.every((part) => part !== null) ? parts : null;
}

/** Workbooks of so many rows, of which half are damaged. */
const ROWS_A_BOOK = 20;
const DAMAGED_A_BOOK = 10;

describe('a workbook with damaged places', () => {
  const pair = fc.tuple(cell, cell);
  const damage = fc.record({
    column: fc.nat({ max: 1 }),
    damage: fc.constantFrom(...DAMAGES),
  });

  it(
    'lets those rows fail, each by itself: no cell is read as blank or as another',
    async () => {
      const file = { folder: await tempFolder(), name: 'a.xlsx' };
      const row = fc
        .record({ cells: pair, damage: fc.oneof(fc.constant(null), damage) })
        .filter((one) => spoiltCells(one) !== null);
      let damagedRows = 0;
      const rows = fc.array(row, { minLength: ROWS_A_BOOK, maxLength: ROWS_A_BOOK });
      await fc.assert(
        fc.asyncProperty(rows, async (model) => {
          const xml = model.map((one, index) => rowXml(index, spoiltCells(one) ?? []));
          const parts = { ...PARTS_OF_TEXTS, [PART_NAMES.sheet]: sheetOf(xml.join('')) };
          damagedRows += model.filter((one) => one.damage !== null).length;
          const { read, ...reading } = await readHostile(workbookOf(parts), file);
          expect([...harmOf(reading), reading.end]).toEqual(['completed']);
          expect(read.map(({ problem }) => problem !== null)).toEqual(
            model.map((one) => one.damage !== null),
          );
          const sound = read.filter((_row, index) => model[index]?.damage === null);
          const expected = model.filter((one) => one.damage === null);
          expect(sound.map(({ cells }) => cells)).toEqual(
            expected.map(({ cells }) => cells.map(({ text }) => text)),
          );
        }),
        { ...FUZZ, numRuns: FUZZ_RUNS / DAMAGED_A_BOOK },
      );
      expect(damagedRows).toBeGreaterThan(FUZZ_RUNS / 2);
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'that a flipped bit has made is refused, or read as it was',
    async () => {
      const file = { folder: await tempFolder(), name: 'a.xlsx' };
      await fc.assert(
        fc.asyncProperty(
          fc.array(pair, { minLength: 1, maxLength: 6 }),
          fc.nat(),
          fc.nat({ max: 7 }),
          async (model, at, bit) => {
            const xml = model.map((cells, index) =>
              rowXml(
                index,
                cells.map((one) => one.xml),
              ),
            );
            const sheet = { ...PARTS_OF_TEXTS, [PART_NAMES.sheet]: sheetOf(xml.join('')) };
            const bytes = workbookOf(sheet);
            const place = at % bytes.length;
            bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
            const { end, read, ...reading } = await readHostile(bytes, file);
            expect(harmOf({ end, ...reading })).toEqual([]);
            if (end !== 'completed') return;
            const sound = model.map((cells) => cells.map(({ text }) => text));
            const found = read.map(({ cells, problem }, index) =>
              problem === null ? cells : sound[index],
            );
            expect(found).toEqual(sound);
          },
        ),
        { ...FUZZ, numRuns: FUZZ_RUNS / 5 },
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it('is refused when rows or cells are not where they say', async () => {
    const file = { folder: await tempFolder(), name: 'a.xlsx' };
    const sound = [2, 3, 4].map((row) =>
      rowXml(row - 2, [
        ['', '<v>1</v>'],
        ['', '<v>2</v>'],
      ]),
    );
    for (const [index, misplace] of MISPLACEMENTS.entries()) {
      const xml = sound.map((row, at) => (at === 1 ? misplace(row) : row)).join('');
      const parts = { [PART_NAMES.sheet]: sheetOf(xml) };
      const { end } = await readHostile(workbookOf(parts), file);
      expect([index, end]).toEqual([index, 'CSV_MALFORMED']);
    }
  });

  it('whose texts are gone reads none of its cells as blank', async () => {
    const file = { folder: await tempFolder(), name: 'a.xlsx' };
    const header = HEADER_ROW.replace('t="s"><v>0</v>', 't="inlineStr"><is><t>navn</t></is>');
    const rows = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>';
    const sheet = sheetOf(rows).replace(HEADER_ROW, header);
    const parts = Object.entries({ ...SOUND, [PART_NAMES.sheet]: sheet });
    const rest = Object.fromEntries(parts.filter(([name]) => name !== PART_NAMES.texts));
    const reading = await readHostile(makeZip(rest), file);
    expect([reading.end, reading.rows, reading.faultyRows]).toEqual(['completed', 1, 1]);
  });
});

const names = Object.values(PART_NAMES);
const element = fc.constantFrom(
  ...['a', 'row', 'c', 'v', 'is', 't', 'si', 'xf', 'sheet', 'Relationship', 'sheetData', 'f', 'r'],
  ...['extLst', 'numFmt', 'col', 'constructor', '__proto__'],
);
const attribute = fc.constantFrom(
  ...[
    '',
    ' r="XFD9"',
    ' t="s"',
    ' s="9"',
    ' Id="r0"',
    ' name="x"',
    ' x:y="&lt;"',
    ' __proto__="1"',
  ],
);
const often = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 70 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 40_000 }) },
);
const piece = fc
  .tuple(fc.constantFrom('nested', 'beside', 'text', 'open', 'odd'), element, attribute, often)
  .map(([kind, name, more, count]) => {
    const open = `<${name}${more}>`;
    if (kind === 'nested') return open.repeat(count) + `</${name}>`.repeat(count);
    if (kind === 'beside') return `<${name}${more}/>`.repeat(count);
    if (kind === 'text') return `${open}${'1&amp;'.repeat(count)}</${name}>`;
    return kind === 'open' ? open.repeat(count) : '<!--x--><![CDATA[y]]>'.repeat(count);
  });

describe('a hostile workbook', () => {
  it(
    'ends with rows or a code, and holds nobody up',
    async () => {
      const file = { folder: await tempFolder(), name: 'a.xlsx' };
      const cases = fc.record({
        part: fc.constantFrom(...names),
        pieces: fc.array(piece, { minLength: 1, maxLength: 4 }),
        at: fc.nat(),
        spoilt: fc.oneof(fc.constant(null), fc.tuple(fc.nat(), fc.nat({ max: 255 }))),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ part, pieces, at, spoilt }) => {
          const xml = SOUND[part] ?? '';
          // Behind one of its tags.
          const places = [...xml.matchAll(/>/g)].map(({ index }) => index + 1);
          const place = places[at % places.length] ?? 0;
          const spread = xml.slice(0, place) + pieces.join('') + xml.slice(place);
          const bytes = workbookOf({ [part]: spread });
          if (spoilt !== null) bytes.writeUInt8(spoilt[1], spoilt[0] % bytes.length);
          expect(harmOf(await readHostile(bytes, file))).toEqual([]);
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it.each(names)('with elements within one another in %s is refused at once', async (part) => {
    const file = { folder: await tempFolder(), name: 'a.xlsx' };
    const reading = await readHostile(workbookOf({ [part]: '<a>'.repeat(3_000_000) }), file);
    expect(harmOf(reading)).toEqual([]);
    expect(reading.end).toBe('CSV_MALFORMED');
  });

  it('of rows that fill only the last column costs what other rows cost', async () => {
    const file = { folder: await tempFolder(), name: 'a.xlsx' };
    const count = 20_000;
    const rows = Array.from(
      { length: count },
      (_none, row) => `<row r="${row + 2}"><c r="XFD${row + 2}"><v>1</v></c></row>`,
    );
    const bytes = workbookOf({ [PART_NAMES.sheet]: sheetOf(rows.join('')) });
    const started = process.cpuUsage();
    const reading = await readHostile(bytes, file);
    const cpuMs = process.cpuUsage(started).user / 1000;
    expect(harmOf(reading)).toEqual([]);
    expect([reading.end, reading.faultyRows]).toEqual(['completed', count]);
    expect(cpuMs).toBeLessThan(4000);
  });

  it('whose headers lie behind too many texts is refused within a call', async () => {
    const file = { folder: await tempFolder(), name: 'a.xlsx' };
    const count = LIMITS.xlsxHeadElementsMax;
    const header = HEADER_ROW.replace('<v>0</v>', `<v>${count - 1}</v>`);
    const reading = await readHostile(
      workbookOf({
        [PART_NAMES.texts]: `<sst>${'<si><t>x</t></si>'.repeat(count)}</sst>`,
        [PART_NAMES.sheet]: sheetOf('').replace(HEADER_ROW, header),
      }),
      file,
    );
    expect(harmOf(reading)).toEqual([]);
    expect(reading.end).toBe('INPUT_TOO_LARGE');
  });
});
