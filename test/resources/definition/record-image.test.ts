import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '../../../src/billy/types.js';
import {
  applyStep,
  differsFromSent,
  imageOf,
  imageOfAnswer,
  imageOfBody,
  relationOf,
  sameImage,
  sameValue,
} from '../../../src/resources/definition/record-image.js';
import type { Step } from '../../../src/model/item.js';
import type { ChildImage, RecordImage, Scalar } from '../../../src/model/record.js';

const SHAPE = {
  collection: 'contacts',
  fields: ['name', 'phone', 'isArchived', 'days'],
  ownFields: ['phone', 'isArchived'],
  relations: {
    contactPersons: {
      collection: 'contactPersons',
      parentKey: 'contactId',
      fields: ['name', 'email', 'isPrimary'],
    },
  },
} as const;

const person = (id: string | null, fields: ChildImage['fields']): ChildImage => ({ id, fields });

function image(fields: RecordImage['fields'], persons: readonly ChildImage[] = []): RecordImage {
  return { id: 'c1', fields, children: { contactPersons: persons } };
}

const WIRE: WireRecord = {
  id: 'c1',
  name: 'Ærø',
  phone: null,
  days: 8,
  accessCode: 'never kept',
  nested: { a: 1 },
  contactPersons: [
    { id: 'p1', name: 'Anna', email: 'a@b.dk', isPrimary: true, phone: 'never kept' },
    { name: 'Uden id' },
    'no person',
    null,
  ],
};

describe('imageOf', () => {
  it('keeps the fields and children of the shape, absent ones as null', () => {
    expect(imageOf(WIRE, SHAPE)).toEqual(
      image({ name: 'Ærø', phone: null, isArchived: null, days: 8 }, [
        person('p1', { name: 'Anna', email: 'a@b.dk', isPrimary: true }),
        person(null, { name: 'Uden id', email: null, isPrimary: null }),
      ]),
    );
  });

  it.each([undefined, null, 'x', {}])('takes %j for no children', (contactPersons) => {
    const { children } = imageOf({ id: 'c1', contactPersons }, SHAPE);
    expect(children).toEqual({ contactPersons: [] });
  });

  it('keeps scalars only', () => {
    const { fields } = imageOf({ id: 'c1', name: ['a'], phone: {}, days: Number.NaN }, SHAPE);
    expect(fields).toEqual({ name: null, phone: null, isArchived: null, days: null });
  });
});

describe('imageOfBody', () => {
  it('is what the body will make, under the id given', () => {
    const body = { name: 'Ærø', contactPersons: [{ email: 'a@b.dk' }], _clientId: 'x' };
    expect(imageOfBody('row:7', body, SHAPE)).toEqual({
      ...image({ name: 'Ærø', phone: null, isArchived: null, days: null }, [
        person(null, { name: null, email: 'a@b.dk', isPrimary: null }),
      ]),
      id: 'row:7',
    });
  });
});

describe('sameValue', () => {
  it.each<[Scalar | undefined, Scalar | undefined]>([
    [null, undefined],
    [null, ''],
    [false, null],
    [12.5, '12.5'],
    [0, '0'],
    [1e-7, '0.0000001'],
    [true, true],
    ['Ærø', 'Ærø'],
  ])('%j and %j are the same', (left, right) => {
    expect(sameValue(left, right)).toBe(true);
    expect(sameValue(right, left)).toBe(true);
  });

  it.each<[Scalar | undefined, Scalar | undefined]>([
    [true, false],
    [true, null],
    [0, null],
    [0, false],
    ['0012', '12'],
    ['Ærø', 'ærø'],
    ['a', ' a'],
    [12.5, '12.6'],
  ])('%j and %j are not', (left, right) => {
    expect(sameValue(left, right)).toBe(false);
    expect(sameValue(right, left)).toBe(false);
  });
});

describe('sameImage', () => {
  const held = image({ name: 'Ærø', phone: null, days: 8 }, [
    person('p1', { name: 'Anna', email: 'a@b.dk', isPrimary: true }),
    person('p2', { name: 'Bo', email: null, isPrimary: false }),
  ]);

  it('survives dropped nulls, numbers as texts, renewed child ids and another order', () => {
    const again = image({ name: 'Ærø', days: '8' }, [
      person('p9', { name: 'Bo' }),
      person('p8', { name: 'Anna', email: 'a@b.dk', isPrimary: true }),
    ]);
    expect(sameImage(held, again, SHAPE)).toBe(true);
    expect(sameImage({ ...held, id: 'c2' }, held, SHAPE)).toBe(true);
  });

  it('does not look at what is not compared', () => {
    const other = { ...held, fields: { ...held.fields, accessCode: 'x' } };
    expect(sameImage(held, other, SHAPE)).toBe(true);
  });

  it.each<[string, RecordImage]>([
    ['a field', image({ name: 'Ærø', phone: '1', days: 8 }, held.children['contactPersons'])],
    ['a missing child', image(held.fields, held.children['contactPersons']?.slice(1))],
    ['no children', { ...held, children: {} }],
    [
      'a doubled child',
      image(held.fields, [
        ...(held.children['contactPersons'] ?? []),
        person('p3', { name: 'Bo', email: null, isPrimary: false }),
      ]),
    ],
    [
      'a child field',
      image(held.fields, [
        person('p1', { name: 'anna', email: 'a@b.dk', isPrimary: true }),
        person('p2', { name: 'Bo', email: null, isPrimary: false }),
      ]),
    ],
  ])('sees %s', (_name, other) => {
    expect(sameImage(held, other, SHAPE)).toBe(false);
    expect(sameImage(other, held, SHAPE)).toBe(false);
  });

  it('tells children apart whose values only run together the same', () => {
    const left = image({}, [person('p', { name: 'a","b', email: '' })]);
    const right = image({}, [person('p', { name: 'a', email: 'b' })]);
    expect(sameImage(left, right, SHAPE)).toBe(false);
  });

  it('holds for what Billy gives back of any image', () => {
    const text = fc.option(fc.string({ unit: 'grapheme' }));
    const child = fc.record({ name: text, email: text, isPrimary: fc.boolean() });
    const wire = fc.record({ name: text, days: fc.integer(), contactPersons: fc.array(child) });
    fc.assert(
      fc.property(wire, (body) => {
        const sent = imageOfBody('row:1', body, SHAPE);
        const renewed = body.contactPersons.map((one, index) => ({ ...one, id: `p${index}` }));
        const answered = { ...body, id: 'c1', contactPersons: renewed.reverse() };
        expect(sameImage(sent, imageOf(answered, SHAPE), SHAPE)).toBe(true);
        expect(differsFromSent(body, imageOf(answered, SHAPE), SHAPE)).toEqual([]);
      }),
    );
  });
});

describe('differsFromSent', () => {
  const held = image({ name: 'Ærø', phone: '12', days: 8, isArchived: null }, [
    person('p1', { name: 'Anna', email: 'a@b.dk', isPrimary: true }),
  ]);

  const contactPersons = [{ email: 'a@b.dk', _clientId: 'x' }];
  const sent = { name: 'Ærø', phone: '12', contactPersons };

  it('is empty when the record equals what was sent, whatever Billy filled in by itself', () => {
    expect(differsFromSent(sent, held, SHAPE)).toEqual([]);
    expect(differsFromSent({ ...sent, days: '8', isArchived: false }, held, SHAPE)).toEqual([]);
  });

  it("names what the record says beyond what was sent: it is another row's", () => {
    expect(differsFromSent({ name: 'Ærø', contactPersons }, held, SHAPE)).toEqual(['phone']);
    expect(differsFromSent({ name: 'Ærø', phone: '12' }, held, SHAPE)).toEqual(['contactPersons']);
  });

  it('names each sent property that the record shows otherwise', () => {
    const body = { name: 'Erø', phone: null, days: 8, contactPersons: [{ email: 'b@b.dk' }] };
    expect(differsFromSent(body, held, SHAPE)).toEqual(['name', 'phone', 'contactPersons']);
  });

  it('knows too few and too many children', () => {
    const anna = { name: 'Anna', email: 'a@b.dk' };
    const bo = { name: 'Bo', email: 'bo@b.dk' };
    const differing = (contactPersonsSent: object[]): string[] =>
      differsFromSent({ ...sent, contactPersons: contactPersonsSent }, held, SHAPE);
    expect(differing([anna, bo])).toEqual(['contactPersons']);
    expect(differing([])).toEqual(['contactPersons']);
    expect(differsFromSent({ contactPersons: [] }, image({}), SHAPE)).toEqual([]);
  });

  it('passes over what no image holds', () => {
    expect(differsFromSent({ ...sent, _clientId: 'x', organizationId: 'o' }, held, SHAPE)).toEqual(
      [],
    );
  });
});

describe('applyStep', () => {
  const anna = person('p1', { name: 'Anna', email: 'a@b.dk', isPrimary: true });
  const bo = person('p2', { name: 'Bo', email: null, isPrimary: false });
  const held = image({ name: 'Ærø', phone: '12' }, [anna, bo]);
  const step = (partial: Partial<Step>): Step => ({
    kind: 'update',
    collection: 'contactPersons',
    id: null,
    body: {},
    ...partial,
  });
  const personsAfter = (partial: Partial<Step>, childId?: string) => {
    const shape = childId === undefined ? SHAPE : { ...SHAPE, childId };
    return applyStep(held, step(partial), shape).children['contactPersons'];
  };

  it('changes the record by an update of itself, in known fields only', () => {
    const body = { phone: null, isArchived: true, _clientId: 'x', contactPersons: [] };
    const after = applyStep(held, step({ collection: 'contacts', id: 'c1', body }), SHAPE);
    expect(after).toEqual(image({ name: 'Ærø', phone: null, isArchived: true }, [anna, bo]));
    expect(held.fields['phone']).toBe('12');
  });

  it('adds a child, with its id once it is known', () => {
    const body = { contactId: 'c1', name: 'Eva', email: 'e@b.dk' };
    const eva = { name: 'Eva', email: 'e@b.dk', isPrimary: null };
    expect(personsAfter({ kind: 'create', body })).toEqual([anna, bo, person(null, eva)]);
    expect(personsAfter({ kind: 'create', body }, 'p3')).toEqual([anna, bo, person('p3', eva)]);
  });

  it('changes one child, in the sent fields', () => {
    expect(personsAfter({ id: 'p2', body: { email: 'bo@b.dk' } })).toEqual([
      anna,
      person('p2', { name: 'Bo', email: 'bo@b.dk', isPrimary: false }),
    ]);
    expect(personsAfter({ id: 'p9', body: { email: 'bo@b.dk' } })).toEqual([anna, bo]);
  });

  it('removes one child', () => {
    expect(personsAfter({ kind: 'remove', id: 'p1' })).toEqual([bo]);
  });
});

describe('relationOf', () => {
  it('is the relation of a collection, or none', () => {
    expect(relationOf(SHAPE, 'contactPersons')).toBe('contactPersons');
    expect(relationOf(SHAPE, 'contacts')).toBeNull();
  });
});

describe('imageOfAnswer', () => {
  const record: WireRecord = { id: 'c1', name: 'Ærø' };
  const anna = { id: 'p1', contactId: 'c1', name: 'Anna', email: 'a@b.dk', isPrimary: true };
  const annaImage = person('p1', { name: 'Anna', email: 'a@b.dk', isPrimary: true });
  const before = image({}, [person('p0', { name: 'Før' })]);
  const sentBody = { name: 'Ærø', contactPersons: [{ name: 'Sendt', email: 's@b.dk' }] };
  const personsOf = (
    records: Record<string, WireRecord[]>,
    known: { body?: object; before?: RecordImage | null; record?: WireRecord } = {},
  ) => {
    const answer = { record: known.record ?? record, records };
    const { body = {}, before: earlier = null } = known;
    const { children } = imageOfAnswer(answer, { body: { ...body }, before: earlier }, SHAPE);
    return children['contactPersons'];
  };

  it('takes embedded children first, also when there are none', () => {
    const embedded = { ...record, contactPersons: [anna] };
    const bare = { ...record, contactPersons: [] };
    const other = { ...anna, id: 'p2' };
    expect(personsOf({ contactPersons: [other] }, { record: embedded })).toEqual([annaImage]);
    expect(personsOf({}, { record: bare, body: sentBody, before })).toEqual([]);
  });

  it('takes children beside the record, its own only', () => {
    const foreign = { ...anna, id: 'p2', contactId: 'c2' };
    const records = { contactPersons: [foreign, anna] };
    expect(personsOf(records, { body: sentBody, before })).toEqual([annaImage]);
    const orphan: WireRecord = { ...anna, contactId: null };
    expect(personsOf({ contactPersons: [orphan] })).toEqual([annaImage]);
  });

  describe('beside other records of the same answer', () => {
    const other = { id: 'c2', name: 'Anden' };
    const bo = { id: 'p2', name: 'Bo', email: 'b@b.dk', isPrimary: true };
    const withoutParent = { ...bo, id: 'p1', name: 'Anna', email: 'a@b.dk' };
    const sent = person(null, { name: 'Sendt', email: 's@b.dk', isPrimary: null });

    it('goes by the client ids of children that name no parent', () => {
      const own = { ...record, _clientId: 'job-1' };
      const contactPersons = [
        { ...bo, _clientId: 'job-11-contactPersons-1' },
        { ...withoutParent, _clientId: 'job-1-contactPersons-1' },
      ];
      const records = { contacts: [other, own], contactPersons };
      expect(personsOf(records, { record: own, body: sentBody })).toEqual([annaImage]);
    });

    it('takes no child of which nothing tells whose it is', () => {
      const records = { contacts: [record, other], contactPersons: [bo, withoutParent] };
      expect(personsOf(records, { body: sentBody })).toEqual([sent]);
      const alone = { contacts: [record], contactPersons: [withoutParent] };
      expect(personsOf(alone, { body: sentBody })).toEqual([annaImage]);
    });

    it('takes those of its own where the children name their parent', () => {
      const records = {
        contacts: [other, record],
        contactPersons: [{ ...bo, contactId: 'c2' }, anna],
      };
      expect(personsOf(records, { body: sentBody })).toEqual([annaImage]);
    });
  });

  it('falls back to what was sent, then to what was known, then to nothing', () => {
    const sent = person(null, { name: 'Sendt', email: 's@b.dk', isPrimary: null });
    expect(personsOf({}, { body: sentBody, before })).toEqual([sent]);
    expect(personsOf({ contactPersons: [] }, { body: sentBody })).toEqual([sent]);
    const foreign = { ...anna, contactId: 'c2' };
    expect(personsOf({ contactPersons: [foreign] }, { body: sentBody })).toEqual([sent]);
    expect(personsOf({}, { before })).toEqual(before.children['contactPersons']);
    expect(personsOf({})).toEqual([]);
  });

  it("takes the record's own fields from the answer", () => {
    const answered = imageOfAnswer({ record, records: {} }, { body: {}, before }, SHAPE);
    expect(answered).toMatchObject({ id: 'c1', fields: { name: 'Ærø', phone: null } });
  });
});
