/** What a look at Billy says about a lost change, and when it wants to look (src/jobs/settle/settle.ts). */
import { describe, expect, it } from 'vitest';
import {
  imageLeftBy,
  imageMadeBy,
  judgeChange,
} from '../../../src/jobs/settle/judge-lost-writes.js';
import { nextLookMs, settledAtMs } from '../../../src/jobs/settle/settle.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { sameImage } from '../../../src/resources/definition/record-image.js';
import { product } from '../../../src/resources/product/product.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import type { ItemRecord, Step } from '../../../src/model/item.js';
import type { RecordImage } from '../../../src/model/record.js';
import { contactImage, itemOf, updateStep } from '../support/images.js';

function judged(item: ItemRecord, now: RecordImage | null, shape: Resource) {
  return judgeChange(item, now, { shape, altered: new Set() });
}

const EMAIL = { name: 'Ærø', email: 'a@ko.example', isPrimary: true };

describe('a lost create', () => {
  const at = { shape: customer, altered: new Set<string>() };
  const create = (persons: readonly object[]): ItemRecord => {
    const body = { name: 'Ærø', contactPersons: persons } as Step['body'];
    return itemOf([{ kind: 'create', collection: 'contacts', id: null, body }]);
  };
  const ours = { id: 'p1', ...EMAIL };
  const theirs = { id: 'p2', name: 'En anden', email: 'b@ko.example', isPrimary: false };

  it('has left its own persons, and not those that somebody has added since', () => {
    const found = contactImage('c1', { name: 'Ærø' }, [theirs, ours]);
    const left = imageMadeBy(create([EMAIL]), found, at);
    expect(left.children['contactPersons']?.map(({ id }) => id)).toEqual(['p1']);
    expect(imageMadeBy(create([]), found, at).children['contactPersons']).toEqual([]);
  });

  it('has left none of the persons that somebody has renamed since', () => {
    const found = contactImage('c1', { name: 'Ærø' }, [{ ...ours, name: 'Berit' }, theirs]);
    expect(imageMadeBy(create([EMAIL]), found, at).children['contactPersons']).toEqual([]);
  });

  it('has left persons in the form that Billy keeps', () => {
    const email = 'A@KO.example';
    const left = imageMadeBy(create([{ ...EMAIL, email }]), contactImage('c1', {}, [ours]), at);
    expect(left.children['contactPersons']?.map(({ id }) => id)).toEqual(['p1']);
  });
});

describe('a lost change', () => {
  const before = contactImage('c1', { name: 'Ærø', phone: '11' }, [{ id: 'p1', ...EMAIL }]);
  const put = itemOf([updateStep('c1', { phone: '22', cityText: 'Odense' })], { before });
  const now = (fields: RecordImage['fields']): RecordImage => ({
    ...before,
    fields: { ...before.fields, ...fields },
  });

  it.each([
    ['both fields', { phone: '22', cityText: 'Odense' }, 'happened'],
    ['neither field', {}, 'absent'],
    ['neither field, another changed', { name: 'Andre' }, 'absent'],
    ['one field', { phone: '22' }, 'undecidable'],
    [
      'what was sent, and one field that somebody changed since',
      { phone: '33', cityText: 'Odense' },
      'happened',
    ],
    ['third values', { phone: '33', cityText: 'Aarhus' }, 'undecidable'],
  ])('of fields shows in %s', (_name, fields, kind) => {
    expect(judged(put, now(fields), customer).kind).toBe(kind);
  });

  it('is undecidable when the record is gone, or nothing is known of it', () => {
    expect(judged(put, null, customer).kind).toBe('undecidable');
    expect(judged(itemOf([updateStep('c1', {})]), before, customer).kind).toBe('undecidable');
    const done = itemOf([updateStep('c1', {})], { before, step: 1 });
    expect(judged(done, before, customer).kind).toBe('undecidable');
  });

  it('compares with what the steps before it left', () => {
    const after = now({ phone: '22' });
    const steps = [updateStep('c1', { phone: '22' }), updateStep('c1', { phone: '33' })];
    const item = itemOf(steps, { before, after, step: 1 });
    expect(judged(item, after, customer).kind).toBe('absent');
    expect(judged(item, now({ phone: '33' }), customer).kind).toBe('happened');
    expect(judged(item, before, customer).kind).toBe('undecidable');
  });

  const person: Step = {
    kind: 'update',
    collection: 'contactPersons',
    id: 'p1',
    body: { email: 'ny@ko.example' },
  };
  const withPersons = (...persons: Parameters<typeof contactImage>[2] & object): RecordImage =>
    contactImage('c1', { name: 'Ærø', phone: '11' }, persons);

  it.each([
    ['the new e-mail', { email: 'ny@ko.example' }, 'happened'],
    ['the old e-mail', {}, 'absent'],
    ['a third e-mail', { email: 'x@ko.example' }, 'undecidable'],
  ])('of a person shows in %s', (_name, fields, kind) => {
    const image = withPersons({ id: 'p1', ...EMAIL, ...fields });
    expect(judged(itemOf([person], { before }), image, customer).kind).toBe(kind);
  });

  it('of a person that nobody knew before shows in the new e-mail alone', () => {
    const item = itemOf([person], { before: withPersons() });
    const held = (email: string): RecordImage => withPersons({ id: 'p1', ...EMAIL, email });
    expect(judged(item, held('ny@ko.example'), customer).kind).toBe('happened');
    expect(judged(item, held('a@ko.example'), customer).kind).toBe('undecidable');
  });

  it('of a person that is gone is undecidable', () => {
    expect(judged(itemOf([person], { before }), withPersons(), customer).kind).toBe('undecidable');
  });

  const added: Step = {
    kind: 'create',
    collection: 'contactPersons',
    id: null,
    body: { contactId: 'c1', name: 'Bo', email: 'bo@ko.example', isPrimary: false },
  };
  const BO = { name: 'Bo', email: 'bo@ko.example', isPrimary: false };

  it.each([
    [[], 'absent'],
    [[{ id: 'p2', ...BO }], 'happened'],
    [[{ id: 'p2', ...BO, email: 'x@ko.example' }], 'undecidable'],
    [[{ id: 'p2', ...BO, name: 'Ib', email: 'x@ko.example' }], 'absent'],
    [[{ id: 'p2', ...BO, email: 'BO@ko.example' }], 'happened'],
    [
      [
        { id: 'p2', ...BO },
        { id: 'p3', ...BO },
      ],
      'undecidable',
    ],
  ])('that adds a person is judged by the new persons (%j)', (persons, kind) => {
    const image = withPersons({ id: 'p1', ...EMAIL }, ...persons);
    expect(judged(itemOf([added], { before }), image, customer).kind).toBe(kind);
  });

  it('of a price is judged alike', () => {
    const image = (id: string, unitPrice: number): RecordImage => ({
      id: 'v1',
      fields: { name: 'Vare' },
      children: { prices: [{ id, fields: { unitPrice, currencyId: 'DKK' } }] },
    });
    const price: Step = {
      kind: 'update',
      collection: 'productPrices',
      id: 'q1',
      body: { unitPrice: 12.5 },
    };
    const item = itemOf([price], { before: image('q1', 10) });
    expect(judged(item, image('q1', 12.5), product).kind).toBe('happened');
    expect(judged(item, image('q1', 10), product).kind).toBe('absent');
    expect(judged(item, image('q2', 12.5), product).kind).toBe('undecidable');
  });
});

describe('the record as a lost change left it', () => {
  it('holds what Billy gave a new person by itself, or a rollback would take that for somebody’s', () => {
    const earlier = { id: 'p0', name: 'Bo', email: 'bo@ko.example', isPrimary: false };
    const before = contactImage('c1', { name: 'Ærø' }, [earlier]);
    const body = { contactId: 'c1', ...EMAIL };
    const step: Step = { kind: 'create', collection: 'contactPersons', id: null, body };
    const [bo, person] =
      contactImage('c1', {}, [earlier, { id: 'p1', ...EMAIL }]).children['contactPersons'] ?? [];
    if (bo === undefined || person === undefined) throw new Error('no person');
    const others = { role: 'boss' };
    const now = { ...before, children: { contactPersons: [bo, { ...person, others }] } };
    const left = imageLeftBy(itemOf([step], { before }), now, {
      shape: customer,
      altered: new Set(),
    });
    expect(left.children['contactPersons']).toEqual([bo, { ...person, others }]);
    expect(sameImage(left, now, customer)).toBe(true);
  });
});

describe('the times of looking', () => {
  const settings = {
    timeoutMs: 300,
    settleMs: 200,
    maxConcurrent: 4,
    rowsMax: 9,
    leaseMs: 9,
    abroadRulesetId: null,
    requestsPerMinute: null,
    bulkSave: false,
  };

  it('are soon after the loss, then after the deadline and the settling time', () => {
    const item = itemOf([], { intentAtMs: 1000, lostAtMs: 1100 });
    expect(nextLookMs(item, { settings })).toBeGreaterThan(1100);
    expect(settledAtMs(item, { settings })).toBe(1500);
    expect(nextLookMs({ ...item, lookedAtMs: 1200 }, { settings })).toBe(1500);
    expect(settledAtMs({ ...item, intentAtMs: null }, { settings })).toBe(1600);
    expect(nextLookMs({ ...item, lostAtMs: null }, { settings })).toBeGreaterThan(0);
    expect(settledAtMs({ ...item, intentAtMs: null, lostAtMs: null }, { settings })).toBe(500);
  });
});

describe('what a lost change has left', () => {
  const at = { shape: customer, altered: new Set(['street']) };
  const person = { id: 'p1', name: 'Anna', email: 'a@ko.example', isPrimary: true };
  const before = contactImage('c1', { phone: '11111111', street: 'Vej 1' }, [person]);
  const now = (fields: Record<string, string>, persons = [person]): RecordImage =>
    contactImage('c1', { phone: '11111111', street: 'Vej 1', ...fields }, persons);

  it('is what was sent in Billy’s spelling, and nothing that somebody put in its place', () => {
    const item = itemOf([updateStep('c1', { phone: '20 20 20 20', cityText: 'By' })], { before });
    const left = imageLeftBy(item, now({ phone: '20202020', cityText: 'Anden by' }), at);
    expect(left.fields).toMatchObject({ phone: '20202020', cityText: 'By', street: 'Vej 1' });
  });

  it('is Billy’s form of a field that it is known to alter', () => {
    const item = itemOf([updateStep('c1', { street: 'Ny vej 2' })], { before });
    expect(imageLeftBy(item, now({ street: 'NY VEJ' }), at).fields['street']).toBe('NY VEJ');
    expect(judgeChange(item, now({ street: 'NY VEJ' }), at).kind).toBe('happened');
    expect(judgeChange(item, now({}), at).kind).toBe('absent');
  });

  it('is told of a child by its id, or by what was sent', () => {
    const step = (kind: Step['kind'], id: string | null, body: Step['body']): Step => {
      return { kind, collection: 'contactPersons', id, body };
    };
    const update = itemOf([step('update', 'p1', { email: 'B@ko.example' })], { before });
    const lowered = now({}, [{ ...person, email: 'b@ko.example' }]);
    const emailOf = (image: RecordImage, index: number) =>
      image.children['contactPersons']?.[index]?.fields['email'];
    expect(emailOf(imageLeftBy(update, lowered, at), 0)).toBe('b@ko.example');
    expect(emailOf(imageLeftBy(update, now({}, []), at), 0)).toBe('B@ko.example');
    const body = { contactId: 'c1', name: 'Bo', email: 'Bo@ko.example', isPrimary: false };
    const create = itemOf([step('create', null, body)], { before });
    const bo = { id: 'p2', name: 'Bo', email: 'bo@ko.example', isPrimary: false };
    const added = imageLeftBy(create, now({}, [person, bo]), at);
    expect(added.children['contactPersons']?.[1]).toMatchObject({ id: 'p2' });
    expect(emailOf(imageLeftBy(create, now({}), at), 1)).toBe('Bo@ko.example');
  });

  it('is the record as it is where nothing is known of it', () => {
    const image = now({});
    expect(imageLeftBy(itemOf([updateStep('c1', {})], {}), image, at)).toBe(image);
    expect(imageLeftBy(itemOf([], { before }), image, at)).toBe(image);
  });
});
