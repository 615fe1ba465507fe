/** CSV and JSON made to be slow or large to read, each of the size that is asked for. */

/** As many whole units as fit. */
export function fill(unit: string, bytes: number): string {
  return unit.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(unit))));
}

const HEAD = 'navn,pris\nAnna,1\n';

export type TextMaker = (bytes: number) => string;

export const HOSTILE_CSV: Readonly<Record<string, TextMaker>> = {
  'quotes within a quoted cell': (bytes) => `${HEAD}"${fill('x"y', bytes)}`,
  'a long quoted cell, and quotes behind it': (bytes) =>
    `${HEAD}"${fill('x', bytes)}${fill('"y', 70_000)}\n`,
  'a quoted cell that never ends': (bytes) => `${HEAD}"${fill('x\n', bytes)}`,
  'quoted cells that go on, far behind the head': (bytes) =>
    `${HEAD}${fill('Anna,1\n', bytes / 2)}${fill('"a"b,1\n', bytes / 2)}`,
  'pairs of quotes': (bytes) => `${HEAD}"${fill('""', bytes)}"\n`,
  'blanks behind a quote': (bytes) => `${HEAD}"a"${fill(' ', bytes)},1\n`,
  'faults before blanks, in the head': (bytes) =>
    `navn,"${fill('x"y', 30_000)}${fill(' ', 30_000)},\n${fill('Anna,1\n', bytes)}`,
  'quoted cells of one sign': (bytes) => HEAD + fill('"a","1"\n', bytes),
  'commas in one row': (bytes) => HEAD + fill(',', bytes),
  'commas in long rows': (bytes) => HEAD + fill(`${','.repeat(16_000)}\n`, bytes),
  'quoted commas in long rows': (bytes) => HEAD + fill(`"a"${','.repeat(16_000)}\n`, bytes),
  'short rows below many headers': (bytes) =>
    `${Array.from({ length: 200 }, (_none, index) => `h${String(index)}`).join(',')}\n${fill('a\n', bytes)}`,
  'blank lines': (bytes) => HEAD + fill('\n', bytes),
  'a row without end': (bytes) => HEAD + fill('x', bytes),
  'long cells of digits': (bytes) => HEAD + fill(`a,${'1'.repeat(30_000)}x\n`, bytes),
  'blanks around cells': (bytes) =>
    HEAD + fill(`${' '.repeat(30_000)}a${' '.repeat(30_000)},1\n`, bytes),
  'marks that compose': (bytes) => HEAD + fill(`a${'\u0316\u0301'.repeat(8000)},1\n`, bytes),
};

export const HOSTILE_JSON: Readonly<Record<string, TextMaker>> = {
  'lists in lists': (bytes) => fill('[', bytes),
  'objects in objects': (bytes) => `[{"navn":"Anna"},${fill('{"a":', bytes)}`,
  'a list within a record': (bytes) => `[{"navn":[${fill('1,', bytes)}1]}]`,
  'one text': (bytes) => `[{"navn":"${fill('x', bytes)}"}]`,
  'one text of escapes': (bytes) => `[{"navn":"${fill('\\n', bytes)}"}]`,
  'halves of characters': (bytes) => `[{"navn":"${fill('\\ud800', bytes)}"}]`,
  'accents between letters': (bytes) => `[${fill('{"navn":"aæaæaæaæaæ"},', bytes)}{}]`,
  'one number': (bytes) => `[{"navn":${fill('1', bytes)}}]`,
  'one key many times': (bytes) => `[{${fill('"navn":1,', bytes)}"navn":1}]`,
  'records of one key many times': (bytes) =>
    `[${fill(`{${'"navn":1,'.repeat(10_000)}"navn":1},`, bytes)}{}]`,
  'records of nothing': (bytes) => `[${fill('{},', bytes)}{}]`,
  'values that are no records': (bytes) => `[${fill('1,', bytes)}1]`,
  'blanks before the first record': (bytes) => `${fill(' ', bytes)}[{"navn":"Anna"}]`,
};
