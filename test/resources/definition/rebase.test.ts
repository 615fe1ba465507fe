/** The picture from before our writes, with what others did in between. */
import { describe, expect, it } from 'vitest';
import { rebasedImage } from '../../../src/resources/definition/rebase.js';
import type { ChildImage, RecordImage, Scalar } from '../../../src/model/record.js';

type Fields = Readonly<Record<string, Scalar>>;

function person(id: string, email: string): ChildImage {
  return { id, fields: { email } };
}

function record(fields: Fields, persons: readonly ChildImage[] = []): RecordImage {
  return { id: 'R', fields, children: { contactPersons: persons } };
}

describe('a picture from before our writes', () => {
  it('has the earlier value where ours still stands, and else the newest', () => {
    const before = record({ phone: '1', street: 'Vej 1', name: 'A' });
    const after = record({ phone: '2', street: 'Vej 2', name: 'A' });
    const now = record({ phone: '2', street: 'Vej 3', name: 'B' });
    expect(rebasedImage(now, { before, after }).fields).toEqual({
      phone: '1',
      street: 'Vej 3',
      name: 'B',
    });
  });

  it('has the children of others and not those that we made', () => {
    const before = record({}, [person('a', 'a@x.example')]);
    const after = record({}, [person('a', 'ours@x.example'), person('b', 'b@x.example')]);
    const now = record({}, [
      person('a', 'ours@x.example'),
      person('b', 'b@x.example'),
      person('c', 'c@x.example'),
    ]);
    expect(rebasedImage(now, { before, after }).children['contactPersons']).toEqual([
      person('a', 'a@x.example'),
      person('c', 'c@x.example'),
    ]);
  });

  it('has the children that we took away', () => {
    const before = record({}, [person('a', 'a@x.example')]);
    const rebased = rebasedImage(record({}), { before, after: record({}) });
    expect(rebased.children['contactPersons']).toEqual([person('a', 'a@x.example')]);
  });
});
