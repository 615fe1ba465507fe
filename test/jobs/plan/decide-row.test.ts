// What one item will do: every strategy against every situation, and what never happens.
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import { RecordUses } from '../../../src/jobs/snapshot/record-uses.js';
import { decideRow } from '../../../src/jobs/plan/decide-row.js';
import type {
  DecidedItem,
  Decision,
  Rules,
  Surroundings,
} from '../../../src/jobs/plan/decision.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import type { Cells } from '../../../src/resources/definition/resource.js';
import type { Scalar } from '../../../src/model/record.js';
import type { SnapshotEntry } from '../../../src/model/snapshot.js';
import { LOOKUPS, rulesFor } from '../support/rules.js';

const ITEM: DecidedItem = { seq: 5, problem: null, groupKey: null, warnings: [] };

function contact(
  id: string,
  fields: Record<string, Scalar> = {},
  more: { email?: string; changedByRow?: number } = {},
): SnapshotEntry {
  const { email, changedByRow = null } = more;
  const person = { id: `${id}-person`, fields: { name: 'P', email: email ?? '', isPrimary: true } };
  const image = {
    id,
    fields: { name: 'Firma', isCustomer: true, isArchived: false, countryId: 'DK', ...fields },
    children: { contactPersons: email === undefined ? [] : [person] },
  };
  return { recordId: id, image, keys: customer.keysOfImage(image), changedByRow };
}

/** The decision on a row of which reading has warned. */
function warned(code: 'VALUE_SUSPECT' | 'TOTALS_ROW', cells: Cells): Decision {
  const warnings = [{ code, field: null, message: 'odd' }] as const;
  return decideRow({ ...ITEM, warnings }, [{ row: 6, cells }], amid([]));
}

function amid(entries: readonly SnapshotEntry[], changes?: Partial<Rules>): Surroundings {
  const candidates = new Candidates(entries);
  return { rules: rulesFor(changes), candidates, uses: new RecordUses(), made: new Map() };
}

function decided(
  cells: Cells,
  entries: readonly SnapshotEntry[],
  changes?: Partial<Rules>,
): Decision {
  return decideRow(ITEM, [{ row: 6, cells }], amid(entries, changes));
}

/** `created`, `failed ROW_INVALID`, ... */
function shown({ action: act }: Decision): string {
  return act.kind === 'end' && act.code !== null ? `${act.outcome} ${act.code}` : act.outcome;
}

const SITUATIONS = {
  nobody: [{ name: 'Ny', contactNo: '9' }, [contact('a', { contactNo: '1' })]],
  differs: [
    { name: 'Firma', contactNo: '1', city: 'Odense' },
    [contact('a', { contactNo: '1', cityText: 'Aarhus' })],
  ],
  fillsGap: [{ name: 'Andet', contactNo: '1', city: 'Odense' }, [contact('a', { contactNo: '1' })]],
  equal: [{ name: 'Firma', contactNo: '1' }, [contact('a', { contactNo: '1' })]],
  two: [
    { name: 'Firma', contactNo: '1' },
    [contact('a', { contactNo: '1' }), contact('b', { contactNo: '1' })],
  ],
  knownId: [{ id: 'a', name: 'Nyt' }, [contact('a')]],
  unknownId: [{ id: 'x', name: 'Nyt', contactNo: '1' }, [contact('a', { contactNo: '1' })]],
  invalid: [{ name: 'Firma', email: 'nope' }, []],
  nameless: [{ contactNo: '9' }, []],
  earlierRow: [
    { name: 'Nyt', contactNo: '1' },
    [contact('row:2', { contactNo: '1' }, { changedByRow: 2 })],
  ],
} as const satisfies Record<string, readonly [Cells, readonly SnapshotEntry[]]>;

type Situation = keyof typeof SITUATIONS;
type Way = Rules['strategy'] | 'bulkUpdate';

const EXPECTED: Readonly<Record<Situation, Readonly<Record<Way, string>>>> = {
  nobody: all('created', { bulkUpdate: 'failed RECORD_NOT_FOUND' }),
  differs: {
    skip: 'skipped',
    update: 'updated',
    merge: 'unchanged',
    create: 'created',
    bulkUpdate: 'updated',
  },
  fillsGap: {
    skip: 'skipped',
    update: 'updated',
    merge: 'merged',
    create: 'created',
    bulkUpdate: 'updated',
  },
  equal: all('unchanged', { skip: 'skipped', create: 'created' }),
  two: all('failed DUPLICATE_AMBIGUOUS', { create: 'created' }),
  knownId: {
    skip: 'skipped',
    update: 'updated',
    merge: 'unchanged',
    create: 'created',
    bulkUpdate: 'updated',
  },
  unknownId: all('failed REFERENCE_NOT_FOUND', {
    create: 'created',
    bulkUpdate: 'failed RECORD_NOT_FOUND',
  }),
  invalid: all('failed ROW_INVALID', {}),
  nameless: all('failed ROW_INVALID', { bulkUpdate: 'failed RECORD_NOT_FOUND' }),
  earlierRow: {
    skip: 'skipped',
    update: 'updated',
    merge: 'unchanged',
    create: 'created',
    bulkUpdate: 'updated',
  },
};

function all(outcome: string, others: Partial<Record<Way, string>>): Record<Way, string> {
  return {
    skip: outcome,
    update: outcome,
    merge: outcome,
    create: outcome,
    bulkUpdate: outcome,
    ...others,
  };
}

const CASES = Object.entries(EXPECTED).flatMap(([situation, ways]) =>
  Object.entries(ways).map(([way, outcome]) => ({
    situation: situation as Situation,
    way: way as Way,
    outcome,
  })),
);

function rulesOf(way: Way): Partial<Rules> {
  return way === 'bulkUpdate' ? { operation: 'update' } : { strategy: way };
}

describe('each strategy in each situation', () => {
  it.each(CASES)('$situation, $way: $outcome', ({ situation, way, outcome }) => {
    const [cells, entries] = SITUATIONS[situation];
    expect(shown(decided(cells, entries, rulesOf(way)))).toBe(outcome);
  });
});

describe('what a decision carries', () => {
  it('a creation: the body, and the record as it will be under an id of its own', () => {
    const { action: act } = decided({ name: 'Ny', email: 'ny@x.dk' }, []);
    expect(act).toMatchObject({
      kind: 'write',
      recordId: null,
      before: null,
      steps: [
        {
          kind: 'create',
          collection: 'contacts',
          id: null,
          body: { name: 'Ny', isCustomer: true, contactPersons: [{ email: 'ny@x.dk' }] },
        },
      ],
      after: { id: 'row:5', fields: { name: 'Ny' } },
    });
  });

  it('a change: only what differs, what was before and what will be after', () => {
    const entry = contact('a', { contactNo: '1', cityText: 'Aarhus', phone: '12345678' });
    const cells = { name: 'Firma', contactNo: '1', city: 'Odense', phone: '12 34 56 78' };
    const { action: act } = decided(cells, [entry], { strategy: 'update' });
    expect(act).toMatchObject({
      recordId: 'a',
      steps: [{ kind: 'update', collection: 'contacts', id: 'a', body: { cityText: 'Odense' } }],
      before: entry.image,
      after: { fields: { cityText: 'Odense', phone: '12345678' } },
      changes: [{ field: 'city', from: 'Aarhus', to: 'Odense' }],
    });
  });

  it.each([
    ['a record in Billy', contact('a', { contactNo: '1' }), 'inBilly'],
    ['an earlier row', contact('row:2', { contactNo: '1' }, { changedByRow: 2 }), 'inFile'],
  ])('counts a duplicate of %s', (_title, entry, duplicate) => {
    const { duplicate: found } = decided({ name: 'Firma', contactNo: '1' }, [entry]);
    expect(found).toBe(duplicate);
  });

  it('counts none for an update, which is meant to meet its record', () => {
    const entry = contact('a', { contactNo: '1' });
    const { duplicate } = decided({ contactNo: '1' }, [entry], { operation: 'update' });
    expect(duplicate).toBeNull();
  });

  it('counts none when every row is to be created', () => {
    const [cells, entries] = SITUATIONS.equal;
    const { duplicate, changedByRow } = decided(cells, entries, { strategy: 'create' });
    expect({ duplicate, changedByRow }).toEqual({ duplicate: null, changedByRow: [] });
  });

  it('names the earlier rows that it hangs on', () => {
    const [cells, entries] = SITUATIONS.earlierRow;
    expect(decided(cells, entries).changedByRow).toEqual([2]);
  });

  it('lists every problem of a row at once, the first one’s field by name', () => {
    const { action: act } = decided({ name: 'F', email: 'nope', country: 'Utopia' }, []);
    expect(act).toMatchObject({ outcome: 'failed', field: 'email' });
    expect(act.kind === 'end' && act.message).toContain('; country ');
  });

  it('takes over what reading the file found wrong with the row', () => {
    const problem = { code: 'CSV_MALFORMED', message: 'The row has too many cells.' };
    const rows = [{ row: 2, cells: { name: 'Firma' } }];
    const { action: act, label } = decideRow({ ...ITEM, problem }, rows, amid([]));
    expect(act).toMatchObject({ outcome: 'failed', ...problem });
    expect(label).toBe('Firma');
  });
});

describe('labels', () => {
  it.each([
    [{ name: 'Firma', contactNo: '1' }, 'Firma'],
    [{ contactNo: '9' }, '9'],
    [{ name: '', contactNo: '9' }, '9'],
    [{ name: 'x'.repeat(80) }, `${'x'.repeat(59)}…`],
  ])('%j is called %s', (cells, label) => {
    expect(decided(cells, []).label).toBe(label);
  });

  it.each([
    [{ name: 'Firma', email: 'nope' }, 'Firma'],
    [{ id: 'abc', email: 'nope' }, 'abc'],
    [{ id: 'abc', name: '', email: 'nope' }, 'abc'],
    [{ email: 'nope' }, ''],
  ])('a row that cannot be read, %j, is called "%s"', (cells, label) => {
    expect(decided(cells, []).label).toBe(label);
  });
});

describe('what never happens', () => {
  const FULL = contact(
    'a',
    {
      contactNo: '1',
      street: 'Vej 1',
      cityText: 'Odense',
      zipcodeText: '5000',
      phone: '12345678',
      registrationNo: '12345678',
      ean: '5790',
    },
    { email: 'a@b.dk' },
  );

  it.each(['update', 'merge'] as const)('a blank cell clears nothing (%s)', (strategy) => {
    const blank = Object.fromEntries(customer.columns.map(({ name }) => [name, '']));
    const cells = { ...blank, contactNo: '1' };
    expect(shown(decided(cells, [FULL], { strategy }))).toBe('unchanged');
  });

  it('an update’s null clears that field and no other', () => {
    const { action: act } = decided({ id: 'a', ean: null }, [FULL], { operation: 'update' });
    expect(act).toMatchObject({
      outcome: 'updated',
      changes: [{ field: 'ean', from: '5790', to: '' }],
    });
  });

  it('a null where a value must stand fails the row', () => {
    expect(shown(decided({ id: 'a', name: null }, [FULL], { operation: 'update' }))).toBe(
      'failed ROW_INVALID',
    );
  });

  it('an import un-archives', () => {
    const archived = contact('a', { contactNo: '1', isArchived: true });
    const cells = { name: 'Firma', contactNo: '1', isArchived: 'nej' };
    expect(shown(decided(cells, [archived], { strategy: 'update' }))).toBe('unchanged');
  });

  it('an update leaves a supplier no customer', () => {
    const supplier = contact('a', { contactNo: '1', isCustomer: false });
    const { action: act } = decided({ name: 'Firma', contactNo: '1' }, [supplier], {
      strategy: 'update',
    });
    expect(act).toMatchObject({
      outcome: 'updated',
      changes: [{ field: 'isCustomer', from: false, to: true }],
    });
  });
});

describe('the same id twice in a list of updates', () => {
  const twice = contact('a', {}, { changedByRow: 1 });

  it('fails the second, whatever becomes of the first', () => {
    const decision = decided({ id: 'a', name: 'Nyt' }, [twice], { operation: 'update' });
    expect(shown(decision)).toBe('failed ROW_INVALID');
    expect(decision.action).toMatchObject({ field: 'id' });
    expect(decision.changedByRow).toEqual([]);
  });

  it('is no failure when rows name the record by another key, as a price list does', () => {
    const entry = contact('a', { contactNo: '1' }, { changedByRow: 1 });
    const decision = decided({ contactNo: '1', city: 'Odense' }, [entry], { operation: 'update' });
    expect(shown(decision)).toBe('updated');
    expect(decision.changedByRow).toEqual([1]);
  });

  it('is no failure in an import', () => {
    const decision = decided({ id: 'a', name: 'Nyt' }, [twice], { strategy: 'update' });
    expect(shown(decision)).toBe('updated');
  });
});

describe('odd values that Billy holds already', () => {
  const odd = contact('a', { phone: '5,79E+12' }, { email: ' not an e-mail ' });
  const exported = Object.fromEntries(
    Object.entries(customer.exportRow(odd.image, LOOKUPS)).map(([name, cell]) => [
      name,
      cell.trim(),
    ]),
  );

  it('an export fed back in is unchanged', () => {
    expect(shown(decided(exported, [odd], { strategy: 'update' }))).toBe('unchanged');
  });

  it('the rest of such a row counts', () => {
    const { action: act } = decided({ ...exported, city: 'Odense' }, [odd], { strategy: 'update' });
    expect(act).toMatchObject({ outcome: 'updated', changes: [{ field: 'city' }] });
  });

  it('another odd value is a problem of the row', () => {
    const decision = decided({ ...exported, email: 'still none' }, [odd], { strategy: 'update' });
    expect(shown(decision)).toBe('failed ROW_INVALID');
    expect(decision.action).toMatchObject({ field: 'email' });
  });

  it('somebody else’s odd value is one too, and so is one without an id', () => {
    const other = contact('b');
    const rules = { strategy: 'update' } as const;
    expect(shown(decided({ ...exported, id: 'b' }, [odd, other], rules))).toBe(
      'failed ROW_INVALID',
    );
    expect(shown(decided({ ...exported, id: '' }, [odd], rules))).toBe('failed ROW_INVALID');
    expect(shown(decided({ ...exported, id: 'x' }, [odd], rules))).toBe('failed ROW_INVALID');
  });
});

describe('references', () => {
  it.each([
    ['accountNo', '9999', 'accountNo "9999" was not found'],
    ['salesTaxRuleset', 'vat25', 'salesTaxRuleset "vat25" matches several'],
  ])('that cannot be resolved fail the row: %s %s', (column, text, words) => {
    const cells = { name: 'Time', unitPrice: '10', [column]: text };
    const decision = decided(cells, [], { resource: product });
    expect(shown(decision)).toBe('failed REFERENCE_NOT_FOUND');
    expect(decision.action).toMatchObject({ field: column });
    expect(decision.action.kind === 'end' && decision.action.message).toContain(words);
  });
});

describe('a row of which reading has warned', () => {
  it('is decided as without the warning, and carries it', () => {
    const decision = warned('VALUE_SUSPECT', { name: 'Ny' });
    expect(shown(decision)).toBe('created');
    expect(decision.warnings).toEqual([{ code: 'VALUE_SUSPECT', field: null, message: 'odd' }]);
    expect(decided({ name: 'Ny' }, []).warnings).toBeUndefined();
  });

  it('makes no record where it is a line of totals', () => {
    const decision = warned('TOTALS_ROW', { name: 'I alt' });
    expect(shown(decision)).toBe('skipped');
    expect(decision.warnings).toMatchObject([{ code: 'TOTALS_ROW' }]);
  });
});
