// A list of records inside an object.
import { describe, expect, it } from 'vitest';
import { readHead, readRows, scanSource } from '../../../src/files/source.js';
import { collect, failureOf, tempFile } from '../temp-folder.js';

const isKnownHeader = (header: string): boolean => ['name', 'email'].includes(header);

async function read(json: string): Promise<{ rows: unknown[]; codes: string[] }> {
  const path = await tempFile('a.json', Buffer.from(json));
  const options = { fileName: 'a.json', isKnownHeader };
  const head = await readHead(path, options);
  const kindOf = (): null => null;
  const scan = await scanSource(path, head, { rowsMax: 5000, kindOf, options });
  const rows = await collect(readRows(path, { ...head, headers: scan.headers }, { kindOf }));
  expect(scan.rowCount).toBe(rows.length);
  return {
    rows: rows.map(({ row, cells, problem }) => [row, ...cells, problem?.message ?? null]),
    codes: scan.warnings.map(({ code }) => code),
  };
}

describe('a wrapped list', () => {
  it.each([
    ['{"customers":[{"name":"A"},{"name":"B"}]}'],
    ['{"total":2,"customers":[{"name":"A"},{"name":"B"}],"next":null}'],
    ['{"data":{"meta":{"page":1},"items":[{"name":"A"},{"name":"B"}]}}'],
    ['{"tags":["x"],"rows":[{"name":"A"},{"name":"B"}]}'],
  ])('reads %s and says where it was', async (json) => {
    const { rows, codes } = await read(json);
    expect(rows).toEqual([
      [2, 'A', null],
      [3, 'B', null],
    ]);
    expect(codes).toEqual(['LIST_FOUND']);
  });

  it('refuses two lists by their keys', async () => {
    const failure = await failureOf(read('{"a":[{"name":"A"}],"b":{"c":[{"name":"B"}]}}'));
    expect(failure.code).toBe('INPUT_AMBIGUOUS');
    expect(failure.message).toContain('"a", "b.c"');
  });

  it('finds a second list behind the head', async () => {
    const many = Array.from({ length: 3000 }, () => '{"name":"Anders And & Co","email":"a@x.dk"}');
    const failure = await failureOf(read(`{"a":[${many.join(',')}],"b":[{"name":"B"}]}`));
    expect(failure.message).toContain('several lists');
  });

  it('leaves one object a line and a nested list of a record as they are', async () => {
    expect((await read('{"name":"A"}\n{"name":"B"}')).codes).toEqual([]);
    const { rows } = await read('{"name":"A"}\n{"name":"B","persons":[{"x":1}]}');
    expect(rows).toHaveLength(2);
  });
});
