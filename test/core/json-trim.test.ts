// What is kept of a JSON text, against a parser; and what it is counted to hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTrim, type JsonBounds } from '../../src/core/json-trim.js';
import { fuzzRuns } from '../support/fuzz.js';

const NO_BOUNDS = { valuesMax: Infinity, membersMax: Infinity };

function below(depthMax: number): JsonBounds {
  return { ...NO_BOUNDS, isLeftOut: (depth) => depth > depthMax };
}

/** What is kept of the text, given in chunks that end at these places. */
function kept(trim: JsonTrim, text: string, cuts: readonly number[] = []): string {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  const pieces = ends.map((end) => {
    const piece = trim.take(bytes.subarray(from, end));
    from = end;
    return piece;
  });
  return Buffer.concat(pieces).toString('utf8');
}

/** The same by recursion over the parsed value. */
function pruned(value: unknown, depthLeft: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depthLeft === 0) return null;
  if (Array.isArray(value)) return value.map((member) => pruned(member, depthLeft - 1));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, member]) => [key, pruned(member, depthLeft - 1)]));
}

function sizes(value: unknown): { values: number; deepest: number; widest: number } {
  if (typeof value !== 'object' || value === null) return { values: 0, deepest: 0, widest: 0 };
  const members: unknown[] = Object.values(value);
  const inner = members.map(sizes);
  const sum = inner.reduce((total, { values }) => total + values, 0);
  return {
    values: 1 + Math.max(0, members.length - 1) + sum,
    deepest: 1 + Math.max(0, ...inner.map(({ deepest }) => deepest)),
    widest: Math.max(members.length, ...inner.map(({ widest }) => widest)),
  };
}

const json = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.array(fc.jsonValue({ maxDepth: 8 })));
const cuts = fc.array(fc.nat(), { maxLength: 6 });

describe('JsonTrim', () => {
  it('keeps what lies above its depth, however the text arrives', () => {
    fc.assert(
      fc.property(json, cuts, fc.integer({ min: 0, max: 5 }), (value, ends, depthMax) => {
        const text = JSON.stringify(value, null, depthMax % 2);
        const trim = new JsonTrim(below(depthMax));
        expect(JSON.parse(kept(trim, text, ends))).toEqual(pruned(JSON.parse(text), depthMax));
      }),
      fuzzRuns(2),
    );
  });

  it('counts values and depth as a parser would find them', () => {
    fc.assert(
      fc.property(json, cuts, (value, ends) => {
        const trim = new JsonTrim({ ...below(0), countsLeftOut: true });
        kept(trim, JSON.stringify(value), ends);
        const { values, deepest } = sizes(value);
        expect([trim.values, trim.deepest]).toEqual([values, deepest]);
      }),
      fuzzRuns(3),
    );
  });

  it('says when there are too many members, wherever they are', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 6 }), (value, membersMax) => {
        const trim = new JsonTrim({ ...below(2), membersMax, countsLeftOut: true });
        kept(trim, JSON.stringify(value));
        expect(trim.isOver).toBe(sizes(value).widest > membersMax);
      }),
      fuzzRuns(4),
    );
  });

  it('says when there are too many values', () => {
    const trim = new JsonTrim({ ...below(9), valuesMax: 3 });
    kept(trim, '[1,[2]');
    expect(trim.isOver).toBe(false);
    kept(trim, ',3,');
    expect(trim.isOver).toBe(true);
    const nest = new JsonTrim({ ...below(1), valuesMax: 3, countsLeftOut: true });
    kept(nest, '[[[[');
    expect(nest.isOver).toBe(true);
  });

  it('counts nothing of what is left out, unless it is told to', () => {
    const trim = new JsonTrim({ ...below(1), valuesMax: 3 });
    kept(trim, '[[[[1,2,3,4],5],6');
    expect([trim.isOver, trim.values, trim.deepest]).toEqual([false, 2, 4]);
  });

  it('passes over what stands before the first brace', () => {
    const trim = new JsonTrim({ ...below(1), skipsPrefix: true });
    expect(kept(trim, ')]}\'"[[', [3])).toBe(')]}\'"[[');
    expect(trim.values).toBe(0);
    expect(kept(trim, 'x{"a":[1]}')).toBe('x{"a":null}');
  });

  it('tells what stands before a container, from the chunk before too', () => {
    const seen: string[] = [];
    const trim = new JsonTrim({
      ...NO_BOUNDS,
      isLeftOut: (_depth, before) => {
        seen.push(before());
        return false;
      },
    });
    kept(trim, '{"params":{"arguments" : {}}}', [14, 19]);
    expect(seen.at(-1)).toMatch(/"arguments" : $/);
  });

  it('follows no text that closes more than it has opened', () => {
    expect(kept(new JsonTrim(below(1)), ']}]{"a":[1]}')).toBe(']}]{"a":null}');
  });
});
