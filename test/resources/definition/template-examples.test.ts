// Records that template rows may name.
import { describe, expect, it } from 'vitest';
import { namedRecords } from '../../../src/resources/definition/template-examples.js';
import type { RecordImage } from '../../../src/model/record.js';
import type { MatchKey } from '../../../src/model/snapshot.js';

function image(id: string, fields: RecordImage['fields']): RecordImage {
  return { id, fields, children: {} };
}

function keysOf({ fields }: RecordImage): MatchKey[] {
  return ['contactNo', 'ean']
    .map((key) => ({ key, value: String(fields[key] ?? '') }))
    .filter(({ value }) => value !== '');
}

describe('namedRecords', () => {
  it('names each by its first key that no other record has', () => {
    const images = [
      image('a', { contactNo: '1' }),
      image('b', { contactNo: '1', ean: '9' }),
      image('c', { contactNo: '2' }),
      image('d', { contactNo: '3', isArchived: true }),
      image('e', {}),
    ];
    const named = namedRecords(images, keysOf).map(({ image: { id }, text }) => [id, text]);
    expect(named).toEqual([
      ['b', '9'],
      ['c', '2'],
    ]);
  });

  it('takes the same text under another key for no rival', () => {
    const images = [image('a', { contactNo: '9' }), image('b', { ean: '9' })];
    expect(namedRecords(images, keysOf).map(({ text }) => text)).toEqual(['9', '9']);
  });
});
