/** The keys by which rows and contacts meet. */
import { expect, it } from 'vitest';
import { identityOf, keysOfImage, keysOfRow } from '../../../src/resources/contact/contact-keys.js';

function image(fields: Readonly<Record<string, string>>) {
  return { id: 'c1', fields, children: {} };
}

it('are only those that are asked for', () => {
  const values = { contactNo: '7', vatNo: 'DK 12 34 56 78', email: 'A@b.dk', name: 'Alfa' };
  expect(keysOfRow(values, ['vatNo', 'email'])).toEqual([
    { key: 'vatNo', value: '12345678' },
    { key: 'email', value: 'a@b.dk' },
  ]);
});

it('hold a number with zeros in front without them too, and that is no identity', () => {
  const keys = keysOfImage(image({ contactNo: '00042' }));
  expect(keys).toEqual([
    { key: 'contactNo', value: '00042' },
    { key: 'contactNo without zeros', value: '42' },
  ]);
  expect(keysOfImage(image({ contactNo: '42' }))).toHaveLength(1);
  expect(keysOfImage(image({ contactNo: '0K42' }))).toHaveLength(1);
  expect(identityOf(image({ contactNo: '00042' }))).toEqual(['contactNo 00042']);
});
