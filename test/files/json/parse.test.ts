import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { parseJson, type JsonRecord } from '../../../src/files/json/parse.js';
import { JsonNumber } from '../../../src/files/json/records.js';
import { collect, failureOf, piecesOf } from '../temp-folder.js';

const parseAll = (text: string, size?: number): Promise<JsonRecord[]> =>
  collect(parseJson(piecesOf(text, size)));

describe('parseJson', () => {
  it('gives the objects of an array, or one after another, by index + 2', async () => {
    const records = [
      { row: 2, members: [['name', 'A']] },
      { row: 3, members: [['name', 'B']] },
    ];
    expect(await parseAll(' [{"name":"A"} , {"name":"B"}]\n')).toEqual(records);
    expect(await parseAll('{"name":"A"}\n{"name":"B"}\n')).toEqual(records);
    expect(await parseAll('{\n"name":"A"\n}{"name":"B"}')).toEqual(records);
  });

  it('keeps numbers as they were written', async () => {
    const [record] = await parseAll('[{"n":12345678901234567890.10}]');
    expect(record?.members).toEqual([['n', new JsonNumber('12345678901234567890.10')]]);
  });

  it('finds what JSON.parse finds, wherever the pieces are cut', async () => {
    const flat = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.constant(null)));
    const lists = fc.array(flat);
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (list, isArray, size) => {
          const text = isArray
            ? JSON.stringify(list)
            : list.map((one) => JSON.stringify(one)).join('\n');
          fc.pre(text !== '');
          const members = (await parseAll(text, size)).map((record) => record.members);
          expect(members).toEqual(
            (JSON.parse(JSON.stringify(list)) as object[]).map(Object.entries),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'empty'],
    ['[', 'row 2'],
    ['[{"a":1}', 'row 3'],
    ['[{"a":1},', 'row 3'],
    ['[{"a":1}{"b":2}]', 'row 3'],
    ['[{"a":1}] []', 'row 3'],
    ['[{"a":1}]tru', 'row 3'],
    ['{"a":1},{"b":2}', 'row 3'],
    ['{"a":1}\n{"b"', 'row 3'],
    ['{"a":01}', 'row 2'],
    ['{"a":"x\ny"}', 'row 2'],
    ['name,email', 'row 2'],
  ])('refuses %j wherever the pieces are cut', async (text, place) => {
    for (let size = 1; size <= Math.max(1, text.length); size += 1) {
      const failure = await failureOf(parseAll(text, size));
      expect(failure.code).toBe('CSV_MALFORMED');
      expect(failure.message).toContain(place);
      expect(failure.hint).toContain('JSON array of objects');
    }
  });

  it('says near which byte', async () => {
    const failure = await failureOf(parseAll('[{"a":1},\n {"b":nope}]'));
    expect(failure.message).toContain('after byte 15');
  });

  it('does not miss the end of a head that was cut', async () => {
    const records = await collect(parseJson(piecesOf('[{"a":"x"},{"b'), { isCut: true }));
    expect(records).toHaveLength(1);
  });

  it('gives up on a record that never ends', async () => {
    async function* endless(): AsyncGenerator<string> {
      yield '[{"a":"';
      for (;;) yield await Promise.resolve('x'.repeat(1_000_000));
    }
    const failure = await failureOf(collect(parseJson(endless())));
    expect(failure.message).toContain(`${LIMITS.columnsMax * LIMITS.cellCharsMax}`);
  });
});
