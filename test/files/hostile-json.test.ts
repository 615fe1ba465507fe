// JSON files made to hold us up, or to be read as something else than they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/files/json/parse.js';
import { readJsonRows } from '../../src/files/json/reader.js';
import type { SourceRow } from '../../src/files/cells/source-row.js';
import { FUZZ, FUZZ_TIMEOUT_MS, harmOf, readHostile } from '../support/hostile.js';
import { collect, piecesOf, tempFolder } from './temp-folder.js';

const HEADERS = ['navn', 'nr', '__proto__', 'constructor'];
const kindOf = (): null => null;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ' a ', '\ud800', 'x\udc00', '\0', '\\', '"', '\u0301'),
);
const number = fc.constantFrom('0', '-1.50', '12345678901234567890', '1e3', '0.1e-7', '1E400');
/** As JSON is written, not as it is read: numbers keep their digits, keys may repeat. */
const scalar = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  number,
  fc.constantFrom('true', 'false', 'null'),
);
const { value: written } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((parts) => `[${parts.join(',')}]`),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...HEADERS, 'a'), tie('value')), { maxLength: 4 })
    .map((members) => `{${members.map(([key, part]) => `"${key}": ${part}`).join(',')}}`),
}));

/** Texts that are nearly JSON: one sign more, one less, or cut. */
const spoiled = fc
  .tuple(
    fc.array(written, { maxLength: 5 }),
    fc.nat(),
    fc.constantFrom('', '[', ']', '{', '}', ',', ':', '"', '1', ' ', '\\', '\n'),
  )
  .map(([parts, at, sign]) => {
    const whole = `[${parts.join(',')}]`;
    const place = 1 + (at % whole.length);
    return whole.slice(0, place) + sign + whole.slice(place + (at % 2));
  });

function isJson(whole: string): boolean {
  try {
    JSON.parse(whole);
    return true;
  } catch {
    return false;
  }
}

/** The cell that a value stands for; undefined: none, so that its row fails. */
function cellOf(value: string): string | null | undefined {
  if (value.startsWith('[') || value.startsWith('{')) return undefined;
  if (value === 'null') return null;
  if (!value.startsWith('"')) return value;
  const said = JSON.parse(value) as string;
  return /[\0\p{Cs}]/u.test(said) ? undefined : said;
}

describe('a JSON file', () => {
  it(
    'is taken when JSON.parse takes it, and refused when it does not, however it is cut',
    async () => {
      const sizes = fc.integer({ min: 1, max: 12 });
      await fc.assert(
        fc.asyncProperty(fc.oneof(spoiled), sizes, async (whole, size) => {
          const records = await collect(parseJson(piecesOf(whole, size))).catch(() => null);
          expect(records !== null).toBe(isJson(whole));
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'gives each member as it is written, or its row fails',
    async () => {
      const member = fc.tuple(fc.constantFrom(...HEADERS), written);
      const records = fc.array(fc.array(member, { maxLength: 4 }), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(records, async (list) => {
          const whole = list.map(
            (members) => `{${members.map(([key, value]) => `"${key}":${value}`).join(',')}}`,
          );
          const found = { headers: HEADERS, kindOf };
          const rows: SourceRow[] = await collect(
            readJsonRows(piecesOf(`[${whole.join(',')}]`, 7), found),
          );
          expect(rows).toHaveLength(list.length);
          for (const [index, members] of list.entries()) expectRow(rows[index], members);
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

function expectRow(row: SourceRow | undefined, members: readonly (readonly string[])[]): void {
  const keys = members.map(([key]) => key);
  const cells = members.map(([, value = '']) => cellOf(value));
  const isSound = new Set(keys).size === keys.length && !cells.includes(undefined);
  expect(row?.problem === null).toBe(isSound);
  if (!isSound) return;
  for (const [at, key] of keys.entries()) {
    const [cell, given] = [cells[at], row?.cells[HEADERS.indexOf(key ?? '')]];
    // Blanks and exponents are tidied, which tests of their own look at.
    if (typeof cell === 'string' && /e|\s|[^ -~]/i.test(cell)) expect(given).not.toBeNull();
    else expect(given).toBe(cell);
  }
}

const unit = fc.constantFrom(
  ...[
    '[',
    '{"a":',
    '{"navn":1},',
    '[1,',
    '"a":1,',
    '1',
    '\\n',
    '\\ud800',
    'x',
    'æ',
    ' ',
    '\n',
    '"',
  ],
  ...[
    '{},',
    '],',
    '}',
    '\u0301',
    '1e9',
    '-',
    '0.',
    'true',
    '\u0000',
    '"__proto__":{},',
    '"navn":"',
  ],
);
const times = fc.oneof(
  { weight: 15, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 40_000 }) },
);

describe('a hostile JSON file', () => {
  it(
    'ends with rows or a code, and holds nobody up',
    async () => {
      const place = { folder: await tempFolder(), name: 'a.json' };
      const segment = fc.tuple(fc.array(unit, { minLength: 1, maxLength: 4 }), times);
      const starts = fc.constantFrom('', '[', '[{"navn":"A"},', '{"navn":"A"}\n', '[{"navn":"');
      await fc.assert(
        fc.asyncProperty(starts, fc.array(segment, { maxLength: 6 }), async (start, segments) => {
          const whole =
            start + segments.map(([units, count]) => units.join('').repeat(count)).join('');
          expect(harmOf(await readHostile(whole, place))).toEqual([]);
        }),
        FUZZ,
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it.each(['[', '{"a":', '[{"navn":['])('of %s a million times is refused', async (start) => {
    const place = { folder: await tempFolder(), name: 'a.json' };
    const reading = await readHostile(start.repeat(1_000_000), place);
    expect(harmOf(reading)).toEqual([]);
    expect(reading.end).toBe('CSV_MALFORMED');
  });
});
