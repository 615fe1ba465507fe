// CSV files made to hold us up, or to be read as something else than they say.
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { parseCsv, type LineBreak } from '../../src/files/csv/parse.js';
import { DELIMITERS, type Delimiter } from '../../src/files/cells/source-row.js';
import { FUZZ, FUZZ_TIMEOUT_MS, harmOf, readHostile } from '../support/hostile.js';
import { piecesOf, tempFolder } from './temp-folder.js';

type Outcome = string[][] | string;

/** What another parser says of the whole text. */
function byPapaparse(text: string, dialect: { delimiter: Delimiter; newline: LineBreak }): Outcome {
  const ended = text.endsWith(dialect.newline) ? text : text + dialect.newline;
  const { data, errors } = new Papa.Parser(dialect).parse(ended, 0, false) as Papa.ParseResult<
    string[]
  >;
  const [fault] = errors;
  if (fault !== undefined) return `row ${(fault.row ?? 0) + 1}`;
  return text === '' ? [] : data.slice(0, -1);
}

async function byOurs(
  pieces: AsyncIterable<string>,
  dialect: { delimiter: Delimiter; newline: LineBreak },
): Promise<Outcome> {
  const { delimiter, newline: lineBreak } = dialect;
  const all: string[][] = [];
  try {
    for await (const { rows } of parseCsv(pieces, { delimiter, lineBreak, hasSepLine: false })) {
      all.push(...rows);
    }
  } catch (thrown) {
    return /row \d+/.exec((thrown as Error).message)?.[0] ?? 'no row';
  }
  return all;
}

const sign = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('"', '""', ',"', '",', '"\n', '\n"', '" ', '"\t,') },
  { weight: 3, arbitrary: fc.constantFrom(',', ';', '\t', '|', '\n', '\r', '\r\n', ' ', '\ufeff') },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }) },
);

describe('a CSV of any signs', () => {
  it(
    'has the rows, or the first fault, that another parser finds, however it is cut',
    async () => {
      const cases = fc.record({
        text: fc.string({ unit: sign, maxLength: 60 }),
        size: fc.integer({ min: 1, max: 20 }),
        delimiter: fc.constantFrom(...DELIMITERS),
        newline: fc.constantFrom<LineBreak>('\n', '\r'),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ text, size, delimiter, newline }) => {
          const dialect = { delimiter, newline };
          expect(await byOurs(piecesOf(text, size), dialect)).toEqual(byPapaparse(text, dialect));
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

const unit = fc.constantFrom(
  ...['"', '""', '"a"', '"a"b', '"a",', ',', ';', '\n', '\r', '\r\n', ' ', '\t', 'x', '1', '1,5'],
  ...['æ', '\u0301', '\u0316\u0301', '😀', '\u200b', "'", '=1', '01-02-2026', '-', '\u00a0', '0.'],
);
const times = fc.oneof(
  { weight: 15, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 40_000 }) },
);

describe('a hostile CSV file', () => {
  it(
    'ends with rows or a code, and holds nobody up',
    async () => {
      const place = { folder: await tempFolder(), name: 'a.csv' };
      const segment = fc.tuple(fc.array(unit, { minLength: 1, maxLength: 4 }), times);
      const header = fc.constantFrom('', 'navn,pris,dato\n', 'navn;pris;dato\n', '"navn","pris"\n');
      await fc.assert(
        fc.asyncProperty(header, fc.array(segment, { maxLength: 6 }), async (start, segments) => {
          const text =
            start + segments.map(([units, count]) => units.join('').repeat(count)).join('');
          expect(harmOf(await readHostile(text, place))).toEqual([]);
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it('that is one malformed cell of 3 MB is judged once', async () => {
    const text = `navn,pris\nAnna,1\n"${'x'.repeat(3_000_000)}${'"y'.repeat(35_000)}\n`;
    const place = { folder: await tempFolder(), name: 'a.csv' };
    const reading = await readHostile(text, place);
    expect(harmOf(reading)).toEqual([]);
    expect(reading.end).toBe('CSV_MALFORMED');
  });

  it('that is one row of millions of commas is refused', async () => {
    const place = { folder: await tempFolder(), name: 'a.csv' };
    const reading = await readHostile(`navn,pris\nAnna,1\n${','.repeat(4_000_000)}`, place);
    expect(harmOf(reading)).toEqual([]);
    expect(reading.end).toBe('CSV_MALFORMED');
  });
});
