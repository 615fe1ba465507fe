import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf, sameImage } from '../../../src/resources/definition/record-image.js';
import type { ChangeMode } from '../../../src/resources/definition/resource.js';
import {
  createRecord,
  enteredAs,
  faultyFields,
  imageNamed,
  lookupsWith,
  sendSteps,
  startAccount,
  valuesOf,
} from '../support/account.js';

const lookups = lookupsWith();
const FULL = {
  name: 'Ærø ApS',
  email: 'post@ærø.dk',
  phone: '+45 12 34 56 78',
  address: 'Havnegade 1',
  city: 'Ærøskøbing',
  zipcode: '5970',
  country: 'Tyskland',
  vatNo: 'DK12345678',
  contactNo: '0012',
  ean: '5790000000012',
  type: 'Person',
  isArchived: 'ja',
};

const bodyOf = (cells: Record<string, string | null>) =>
  customer.createBody(enteredAs(valuesOf(customer, cells)), lookups);

type Persons = { id: string; name?: string; email?: string | null; isPrimary?: boolean }[];

function held(fields: object = {}, contactPersons: Persons = []) {
  const record = { id: 'c1', name: 'Ærø ApS', countryId: 'DK', isCustomer: true };
  return imageOf({ ...record, ...fields, contactPersons }, customer);
}

function change(cells: Record<string, string | null>, image = held(), mode: ChangeMode = 'update') {
  return customer.changesFor({ values: valuesOf(customer, cells), image, mode, lookups });
}

const PRIMARY = { id: 'p2', name: 'Bo', email: 'bo@ærø.dk', isPrimary: true };
const PERSONS = [{ id: 'p1', name: 'Anna', email: 'anna@ærø.dk', isPrimary: false }, PRIMARY];

describe('a new customer', () => {
  it('has the shape that Billy takes', () => {
    expect(bodyOf(FULL)).toEqual({
      type: 'person',
      name: 'Ærø ApS',
      phone: '+45 12 34 56 78',
      street: 'Havnegade 1',
      cityText: 'Ærøskøbing',
      zipcodeText: '5970',
      countryId: 'DE',
      registrationNo: 'DK12345678',
      contactNo: '0012',
      ean: '5790000000012',
      isArchived: true,
      isCustomer: true,
      contactPersons: [{ name: 'Ærø ApS', email: 'post@ærø.dk', isPrimary: true }],
    });
  });

  it('is a Danish company without persons when the row says no more than its name', () => {
    const body = { type: 'company', countryId: 'DK', isCustomer: true, name: 'Ærø' };
    expect(bodyOf({ name: 'Ærø', email: '', isArchived: 'nej' })).toEqual(body);
  });

  it('needs a name', () => {
    expect(customer.checkCreate(enteredAs({}), lookups)).toEqual([
      { code: 'ROW_INVALID', field: 'name', message: 'is required' },
    ]);
    expect(customer.checkCreate(enteredAs({ name: 'Ærø' }), lookups)).toEqual([]);
  });

  it('met again by the same row is unchanged, before and after Billy has given ids', () => {
    const values = valuesOf(customer, FULL);
    const body = customer.createBody(enteredAs(values), lookups);
    const foretold = customer.imageOfBody('row:1', body, lookups);
    for (const mode of ['update', 'merge'] as const) {
      const { steps } = customer.changesFor({ values, image: foretold, mode, lookups });
      expect(steps).toEqual([]);
    }
    const stored = held(body, [{ id: 'p9', name: 'Ærø ApS', email: FULL.email, isPrimary: true }]);
    expect(sameImage(foretold, stored, customer)).toBe(true);
    expect(change(FULL, stored).steps).toEqual([]);
  });
});

describe('cells of a customer', () => {
  it.each([
    ['email', 'anna'],
    ['country', 'Narnia'],
    ['type', 'firma'],
    ['isArchived', 'måske'],
    ['name', null],
    ['country', null],
  ])('%s cannot be %j', (field, text) => {
    expect(faultyFields(customer, { name: 'Ærø', [field]: text })).toEqual([field]);
  });

  it('are all judged at once', () => {
    expect(faultyFields(customer, { email: 'x', country: 'x', type: 'x' })).toEqual([
      'email',
      'country',
      'type',
    ]);
  });
});

describe('an update of a customer', () => {
  it('lets filled cells win and leaves the others', () => {
    const image = held({ phone: '87654321', cityText: 'Køge', type: 'company' });
    const { steps, after, changes } = change({ name: 'Ærø A/S', city: 'Ærøskøbing' }, image);
    const body = { name: 'Ærø A/S', cityText: 'Ærøskøbing' };
    expect(steps).toEqual([{ kind: 'update', collection: 'contacts', id: 'c1', body }]);
    expect(after.fields).toMatchObject({ ...body, phone: '87654321' });
    expect(changes).toEqual([
      { field: 'name', from: 'Ærø ApS', to: 'Ærø A/S' },
      { field: 'cityText', from: 'Køge', to: 'Ærøskøbing' },
    ]);
  });

  it('is none when nothing differs but spelling', () => {
    const image = held({ phone: '12345678', registrationNo: '12 34 56 78', cityText: ' Køge ' });
    const { steps, changes, after } = change(
      { phone: '+45 12 34 56 78', vatNo: 'DK12345678', city: 'Køge', country: 'Danmark' },
      image,
    );
    expect([steps, changes]).toEqual([[], []]);
    expect(after).toEqual(image);
  });

  it('makes a supplier a customer too', () => {
    for (const isCustomer of [false, null]) {
      const [step] = change({ name: 'Ærø ApS' }, held({ isCustomer, isSupplier: true })).steps;
      expect(step?.body).toEqual({ isCustomer: true });
    }
  });

  it('archives, and un-archives where it is told to', () => {
    const archived = held({ isArchived: true });
    expect(change({ isArchived: 'nej' }, archived).steps[0]?.body).toEqual({ isArchived: false });
    expect(change({ city: 'Køge' }, archived).after.fields['isArchived']).toBe(true);
    expect(change({ isArchived: 'ja' }, held()).steps[0]?.body).toEqual({ isArchived: true });
    expect(change({ isArchived: 'nej' }, held()).steps).toEqual([]);
  });

  it('clears by null, never by a blank cell', () => {
    const image = held({ phone: '12345678', cityText: 'Køge' });
    expect(change({ phone: null, city: '' }, image).steps[0]?.body).toEqual({ phone: null });
  });
});

describe('the e-mail in an update', () => {
  const email = 'ny@ærø.dk';

  it("changes the primary person's", () => {
    const { steps, after, changes } = change({ email }, held({}, PERSONS));
    expect(steps).toEqual([
      { kind: 'update', collection: 'contactPersons', id: 'p2', body: { email } },
    ]);
    expect(changes).toEqual([{ field: 'email', from: 'bo@ærø.dk', to: email }]);
    const emails = after.children['contactPersons']?.map((person) => person.fields['email']);
    expect(emails).toEqual(['anna@ærø.dk', email]);
  });

  it("changes the first person's when none is primary, also where it is blank", () => {
    const persons = PERSONS.map((person) => ({ ...person, isPrimary: false }));
    expect(change({ email }, held({}, persons)).steps).toMatchObject([{ id: 'p1' }]);
    const blank = [{ id: 'p1', name: 'Anna', email: null }];
    expect(change({ email }, held({}, blank)).steps).toEqual([
      { kind: 'update', collection: 'contactPersons', id: 'p1', body: { email } },
    ]);
  });

  it('adds a primary person when there is none', () => {
    const { steps, after } = change({ email }, held());
    const body = { contactId: 'c1', name: 'Ærø ApS', email, isPrimary: true };
    expect(steps).toEqual([{ kind: 'create', collection: 'contactPersons', id: null, body }]);
    expect(after.children['contactPersons']).toHaveLength(1);
  });

  it('comes after the record itself, under its new name', () => {
    const { steps, changes } = change({ name: 'Ærø A/S', email }, held());
    expect(steps.map(({ collection }) => collection)).toEqual(['contacts', 'contactPersons']);
    expect(steps[1]?.body).toMatchObject({ name: 'Ærø A/S' });
    expect(changes.map(({ field }) => field)).toEqual(['name', 'email']);
  });

  it('is unchanged when the primary person has it, and only then', () => {
    expect(change({ email: 'bo@ærø.dk' }, held({}, PERSONS)).steps).toEqual([]);
    expect(change({ email: 'anna@ærø.dk' }, held({}, PERSONS)).steps).toMatchObject([
      { id: 'p2', body: { email: 'anna@ærø.dk' } },
    ]);
  });

  it("is cleared by null, on the primary person's, where there is one", () => {
    const { steps, after, changes } = change({ email: null }, held({}, PERSONS));
    expect(steps).toEqual([
      { kind: 'update', collection: 'contactPersons', id: 'p2', body: { email: null } },
    ]);
    expect(changes).toEqual([{ field: 'email', from: 'bo@ærø.dk', to: null }]);
    const emails = after.children['contactPersons']?.map((person) => person.fields['email']);
    expect(emails).toEqual(['anna@ærø.dk', null]);
    const blank = [{ id: 'p1', name: 'Anna', email: '' }];
    for (const image of [held(), held({}, blank)]) {
      expect(change({ email: null }, image).steps).toEqual([]);
    }
    expect(change({ email: null }, held({}, PERSONS), 'merge').steps).toEqual([]);
  });

  it('that is cleared is gone in Billy, its person still there', async () => {
    const { billy } = await startAccount();
    const values = valuesOf(customer, { name: 'Ærø', email: 'a@b.dk' });
    const body = customer.createBody(enteredAs(values), lookups);
    const { record } = await createRecord(billy, customer, body);
    const image = await imageNamed(billy, customer, record.id);
    const { steps, after } = change({ email: null }, image);
    await sendSteps(billy, steps);
    const now = await imageNamed(billy, customer, record.id);
    expect(sameImage(now, after, customer)).toBe(true);
    expect(now.children['contactPersons']).toMatchObject([{ fields: { name: 'Ærø' } }]);
    expect(change({ email: null }, now).steps).toEqual([]);
  });

  it('never replaces the persons', () => {
    const bodies = change({ email, name: 'x' }, held({}, PERSONS)).steps.map(({ body }) => body);
    expect(bodies.some((body) => 'contactPersons' in body)).toBe(false);
  });

  it('of a person whose id is not known yet adds nobody', () => {
    const image = customer.imageOfBody('row:1', bodyOf({ name: 'Ærø', email: 'a@b.dk' }), lookups);
    const created = change({ email }, image).steps.filter(({ kind }) => kind === 'create');
    expect(created).toEqual([]);
  });
});

describe('a merge into a customer', () => {
  const merge = (cells: Record<string, string | null>, image = held()) =>
    change(cells, image, 'merge');

  it('fills what is empty and leaves what is filled', () => {
    const image = held({ phone: '', cityText: 'Køge', ean: null });
    const cells = {
      name: 'Andet',
      phone: '12345678',
      city: 'Ærø',
      ean: '5790000000005',
      vatNo: '12345678',
    };
    expect(merge(cells, image).steps[0]?.body).toEqual({
      phone: '12345678',
      ean: '5790000000005',
      registrationNo: '12345678',
    });
    expect(merge({ name: 'Andet', city: 'Ærø' }, image).steps).toEqual([]);
  });

  it('adds an e-mail only where no person has one', () => {
    const email = 'ny@ærø.dk';
    expect(merge({ email }, held({}, PERSONS)).steps).toEqual([]);
    const second = [{ id: 'p1', name: 'Anna' }, PRIMARY];
    expect(merge({ email }, held({}, second)).steps).toEqual([]);
    const added = { kind: 'create', collection: 'contactPersons', id: null };
    expect(merge({ email }, held()).steps).toMatchObject([
      { ...added, body: { email, isPrimary: true } },
    ]);
    const without = [{ id: 'p1', name: 'Anna', email: '', isPrimary: true }];
    expect(merge({ email }, held({}, without)).steps).toMatchObject([
      { ...added, body: { email, isPrimary: false } },
    ]);
  });

  it('makes a supplier a customer and archives nothing', () => {
    const image = held({ isCustomer: false, isArchived: false });
    expect(merge({ isArchived: 'ja' }, image).steps[0]?.body).toEqual({ isCustomer: true });
  });
});

describe('match keys', () => {
  it('of a row and of its record are the same', () => {
    const values = valuesOf(customer, { ...FULL, email: 'Post@ÆRØ.dk' });
    const image = customer.imageOfBody(
      'c1',
      customer.createBody(enteredAs(values), lookups),
      lookups,
    );
    const keys = [
      { key: 'contactNo', value: '0012' },
      { key: 'ean', value: '5790000000012' },
      { key: 'vatNo', value: '12345678' },
      { key: 'email', value: 'post@ærø.dk' },
      { key: 'phone', value: '12345678' },
      { key: 'name', value: 'Ærø ApS' },
    ];
    expect(customer.keysOfRow(values)).toEqual(keys);
    // A spreadsheet saves the number as 12.
    const shortened = { key: 'contactNo without zeros', value: '12' };
    expect(customer.keysOfImage(image)).toEqual([...keys, shortened]);
  });

  it('hold the e-mails of all persons, and nothing that is blank', () => {
    const image = held({ name: '', phone: '  ', registrationNo: null }, PERSONS);
    expect(customer.keysOfImage(image)).toEqual([
      { key: 'email', value: 'anna@ærø.dk' },
      { key: 'email', value: 'bo@ærø.dk' },
    ]);
    expect(customer.keysOfRow({ phone: null, ean: ' ' })).toEqual([]);
  });

  it('have the order of the contract', () => {
    expect(customer.matchOrder).toEqual(['contactNo', 'ean', 'vatNo', 'email']);
    expect([...customer.matchExtra].sort()).toEqual(['name', 'phone']);
  });
});

describe('an exported customer', () => {
  it('is a row that changes nothing when it comes back', () => {
    const body = bodyOf(FULL);
    const persons = [PRIMARY, { id: 'p3', name: 'Uden' }];
    for (const image of [held(body, persons), held({ isArchived: true }), held({}, PERSONS)]) {
      const row = customer.exportRow(image, lookups);
      expect(Object.keys(row).sort()).toEqual([...customer.exportColumns].sort());
      expect(change(row, image).steps).toEqual([]);
    }
  });

  it('shows the primary e-mail, and says when there are more persons', () => {
    expect(customer.exportRow(held({}, PERSONS), lookups)).toMatchObject({
      id: 'c1',
      name: 'Ærø ApS',
      email: 'bo@ærø.dk',
      country: 'DK',
      phone: '',
    });
    expect(customer.exportLosses(held({}, PERSONS), lookups)).toEqual([
      expect.stringContaining('contact persons'),
    ]);
    expect(customer.exportLosses(held({}, [PRIMARY]), lookups)).toEqual([]);
    expect(customer.exportLosses(held(), lookups)).toEqual([]);
  });

  it('begins with the id and the columns of the contract', () => {
    expect(customer.exportColumns.join(',')).toBe(
      'id,name,email,phone,address,city,zipcode,country,vatNo,contactNo,ean,type,isArchived,paymentTermsDays',
    );
  });

  it.each([
    [{}, {}, true],
    [{ isCustomer: false }, {}, false],
    [{ isCustomer: null }, {}, false],
    [{ isArchived: true }, {}, true],
    [{ isArchived: true }, { isArchived: false }, false],
    [{ isArchived: null }, { isArchived: false }, true],
    [{ isArchived: null }, { isArchived: true }, false],
    [{}, { country: 'Danmark' }, true],
    [{ countryId: 'SE' }, { country: 'dk' }, false],
    [{ countryId: null }, { country: 'Narnia' }, false],
  ])('%j with %j is held: %j', (fields, filters, isHeld) => {
    expect(customer.isExported(held(fields), filters)).toBe(isHeld);
  });
});

describe('what else a customer says of itself', () => {
  it('its template imports without an issue', () => {
    const [header, ...rows] = customer.template;
    expect(header.join(',')).toBe('name,email,phone,address,city,zipcode,country,vatNo');
    for (const row of rows) {
      const cells = Object.fromEntries(header.map((name, index) => [name, row[index] ?? '']));
      const values = valuesOf(customer, cells);
      expect(customer.resolve(values, lookups).issues).toEqual([]);
      expect(customer.checkCreate(enteredAs(values), lookups)).toEqual([]);
      expect(customer.createBody(enteredAs(values), lookups)).toMatchObject({ countryId: 'DK' });
    }
  });

  it('its label is its name, number or id', () => {
    expect(customer.labelOf({ name: 'Ærø', contactNo: '7', id: 'c1' })).toBe('Ærø');
    expect(customer.labelOf({ contactNo: '7', id: 'c1' })).toBe('7');
    expect(customer.labelOf({ id: 'c1' })).toBe('c1');
    expect(customer.labelOf({})).toBe('');
  });

  it('invoices and bills use it', () => {
    const used = customer.uses.map((use) => use.referencedIds({ id: 'i', contactId: 'c1' }));
    expect(used).toEqual([['c1'], ['c1']]);
    expect(customer.uses.map((use) => use.referencedIds({ id: 'i' }))).toEqual([[], []]);
    expect(customer.uses.map(({ collection }) => collection)).toEqual(['invoices', 'bills']);
  });
});
