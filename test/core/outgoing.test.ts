import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { cleanLine, cleanValue, cleanWords, fitResult } from '../../src/core/outgoing.js';
import { keepSecrets } from '../../src/core/secrets.js';
import { tokensOf, tokensOfJson } from '../../src/core/tokens.js';
import { hiddenIn, hostileText } from '../support/hostile-texts.js';
import { PROPERTY } from '../support/property-runs.js';

const TOKEN = '7fK2pQ9xLm4Rt8Wz3Vb6Nc1Yd5Hg0Js';
const { hush } = keepSecrets([TOKEN]);

type Members = Record<string, unknown>;

/** Every string of a value with the name of its member; names are strings too. */
function stringsOf(value: unknown, name = ''): [string, string][] {
  if (typeof value === 'string') return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((each) => stringsOf(each, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [
    ['(name)', key] as [string, string],
    ...stringsOf(each, key),
  ]);
}

const BLOCKS = ['csvContent', 'preview', 'stack'];
const WIDEST = LIMITS.exportInlineCharsMax;

const member = fc.constantFrom('name', 'label', 'message', 'hint', 'filePath', 'preview', 'other');
const result = fc.dictionary(
  fc.oneof(member, hostileText),
  fc.oneof(
    hostileText,
    fc.array(hostileText, { maxLength: 12 }),
    fc.array(fc.dictionary(member, hostileText), { maxLength: 12 }),
    fc.constantFrom(null, true, 7),
  ),
  { maxKeys: 6 },
);

describe('cleanValue', () => {
  it('lets nothing that hides and nothing too long out of any value', () => {
    fc.assert(
      fc.property(result, (value) => {
        // One assertion for all texts of a value: tens of thousands of them cost minutes in a shared worker.
        const faults = stringsOf(cleanValue(value, { redact: hush })).filter(([name, text]) => {
          const shown = BLOCKS.includes(name) ? text.replaceAll(/\r\n|[\n\t]/g, '') : text;
          const charsMax = name === '(name)' ? LIMITS.keyCharsMax : WIDEST;
          return hiddenIn(shown).length > 0 || text.length > charsMax;
        });
        expect(faults).toEqual([]);
      }),
      PROPERTY,
    );
  });

  it('has a bound for every member', () => {
    const long = 'x'.repeat(10_000);
    const names = ['name', 'message', 'hint', 'detail', 'filePath', 'csvContent', 'preview'];
    const cleaned = cleanValue(Object.fromEntries(names.map((name) => [name, long]))) as Members;
    expect(names.map((name) => String(cleaned[name]).length)).toEqual([
      ...[LIMITS.fieldCharsMax, LIMITS.messageCharsMax, LIMITS.hintCharsMax],
      ...[LIMITS.messageCharsMax, LIMITS.pathCharsMax],
      ...[LIMITS.exportInlineCharsMax, LIMITS.previewCharsMax],
    ]);
    expect(cleanValue({ constructor: long, a: long }, { charsMax: 5 })).toEqual({
      constructor: 'xxxx…',
      a: 'xxxx…',
    });
  });

  it('leaves what is in order as it is, of any type', () => {
    const value = { a: ['Æblegård ApS', 1, null, true, { b: undefined }], preview: 'a,b\r\n\t1\n' };
    expect(cleanValue(value, { redact: hush })).toEqual(value);
    expect(cleanValue('Hej\u202e')).toBe('Hej[U+202E]');
    expect(cleanValue(null)).toBeNull();
  });

  it('takes secrets out of texts and names, and does not follow a value without end', () => {
    expect(cleanValue({ [TOKEN]: [`a ${TOKEN}`] }, { redact: hush })).toEqual({
      '[secret]': ['a [secret]'],
    });
    let deep: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
    expect(JSON.stringify(cleanValue(deep)).length).toBeLessThan(200);
  });

  it('keeps a name that an object has of its own', () => {
    const cleaned = cleanValue(JSON.parse('{"__proto__":"x"}')) as Members;
    expect(Object.keys(cleaned)).toEqual(['__proto__']);
  });
});

describe('fitResult', () => {
  it('makes any clean result as small as a result may be, and leaves a small one as it is', () => {
    fc.assert(
      fc.property(result, (value) => {
        const cleaned = cleanValue(value) as Members;
        const fitted = fitResult(cleaned);
        expect(tokensOfJson(fitted)).toBeLessThanOrEqual(LIMITS.resultTokensMax);
        if (tokensOfJson(cleaned) <= LIMITS.resultTokensMax) expect(fitted).toEqual(cleaned);
      }),
      // Each case shrinks step by step.
      { ...PROPERTY, numRuns: Math.ceil(PROPERTY.numRuns / 10) },
    );
  });

  it('takes the ends of long lists first', () => {
    const jobs = Array.from({ length: 500 }, (_, index) => ({ id: `job-${String(index)}` }));
    const fitted = fitResult({ success: true, jobs, label: 'x'.repeat(100) });
    expect(fitted).toMatchObject({ success: true, label: 'x'.repeat(100) });
    expect((fitted['jobs'] as unknown[])[0]).toEqual({ id: 'job-0' });
    expect((fitted['jobs'] as unknown[]).length).toBeGreaterThan(50);
  });

  it('ends also where nothing can become smaller', () => {
    const many = Array.from({ length: 3000 }, (_, index) => [`k${String(index)}`, index]);
    expect(fitResult(Object.fromEntries(many) as Members)).toEqual({});
  });
});

describe('words and lines', () => {
  it('have no more than a result takes, and their lines', () => {
    expect(cleanWords('a\nb\u001b', hush)).toBe('a\nb[U+001B]');
    const long = cleanWords('xyz '.repeat(9999), hush);
    expect(long.length).toBeLessThanOrEqual(LIMITS.resultCharsMax);
    expect(long.length).toBeGreaterThan(LIMITS.resultCharsMax / 2);
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 100 }), (text, times) => {
        const words = cleanWords(text.repeat(times), hush);
        expect(tokensOf(words.replace(/…$/, ''))).toBeLessThanOrEqual(LIMITS.resultTokensMax);
        expect(hiddenIn(words.replaceAll(/\r\n|[\n\t]/g, ''))).toEqual([]);
      }),
      { ...PROPERTY, numRuns: Math.ceil(PROPERTY.numRuns / 10) },
    );
  });

  it('for a terminal are one line, with the blanks that set them', () => {
    expect(cleanLine(`  Hint:\u001b[2J ${TOKEN}\n`, hush)).toBe('  Hint:[U+001B][2J [secret]');
    expect(cleanLine('x'.repeat(9999), hush)).toHaveLength(LIMITS.lineCharsMax);
  });
});
