// The contract's paragraph "Matching and duplicates" through the whole engine: files against a town
// of contacts, and what becomes of each row.
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import { exportedTo } from './support/exported.js';
import { csvOf, cvrOf } from '../support/made-up.js';
import { ACCOUNTANT, CVR, EAN, openTown, type Town } from './support/town.js';

/** `id` is the name of a contact of the town, or an id that nobody has. */
type Row = Readonly<Partial<Record<string, string>>>;

const COLUMNS = [
  ...['id', 'name', 'email', 'phone', 'city', 'vatNo', 'contactNo', 'ean', 'isArchived'],
];

/** How each row ended: outcome or code, and the contact of the town that it met. */
async function endings(town: Town, rows: readonly Row[], options: StartOptions): Promise<string[]> {
  const named = rows.map((row) => {
    const { id = '' } = row;
    return { name: 'From the file', ...row, id: town.ids.get(id) ?? id };
  });
  const { id } = await town.world.imported(csvOf(COLUMNS, named), options);
  const items = await town.world.items(id);
  return items.map(({ outcome, code, recordId }) =>
    [outcome === 'failed' ? code : outcome, town.names.get(recordId ?? '')]
      .filter(Boolean)
      .join(' '),
  );
}

type Case = readonly [title: string, rows: readonly Row[], outcomes: readonly string[]];

const AMBIGUOUS = 'DUPLICATE_AMBIGUOUS';

const SKIP: readonly Case[] = [
  ['a public body by its EAN', [{ ean: EAN.nursery, vatNo: CVR.town }], ['skipped Nursery']],
  ['the CVR number of many bodies alone', [{ vatNo: CVR.town }], [AMBIGUOUS]],
  [
    'another EAN under that number: who has an EAN of its own is no candidate',
    [{ ean: EAN.unused, vatNo: CVR.town }],
    ['skipped Administration'],
  ],
  ['a contact number that differs as well', [{ contactNo: '99', ean: EAN.school }], ['created']],
  ['the number before the EAN', [{ contactNo: '11', ean: EAN.nursery }], ['skipped School']],
  ["an accountant's address alone", [{ email: ACCOUNTANT }], [AMBIGUOUS]],
  [
    "an accountant's address with the name of one of his clients",
    [
      { name: 'MASON ApS', email: ACCOUNTANT },
      { name: 'Paintar', email: ACCOUNTANT },
    ],
    ['skipped Mason', AMBIGUOUS],
  ],
  ['with a CVR number', [{ email: ACCOUNTANT, vatNo: CVR.painter }], ['skipped Painter']],
  [
    'with one that nobody has: who has none is left, if it is the same name',
    [
      { name: 'Mason', email: ACCOUNTANT, vatNo: CVR.unused },
      { name: 'Mason Holding', email: ACCOUNTANT, vatNo: CVR.unused },
    ],
    ['skipped Mason', AMBIGUOUS],
  ],
  [
    'an address whose owner has another CVR number',
    [{ email: 'first@persons.example', vatNo: CVR.unused }],
    ['created'],
  ],
  ['a number used twice', [{ contactNo: '30' }], [AMBIGUOUS]],
  [
    'a number used twice: a weaker key does not decide',
    [{ contactNo: '30', vatNo: CVR.twinA }],
    [AMBIGUOUS],
  ],
  ['an archived contact', [{ contactNo: '40' }], ['skipped Archived']],
  ['a mere supplier, who becomes a customer', [{ vatNo: CVR.supplier }], ['updated Supplier']],
  ['no key at all, twice', [{ name: 'Keyless' }, { name: 'Keyless' }], ['created', 'created']],
  ['a phone number, which is no key by itself', [{ phone: '33445566' }], ['created']],
  [
    'spellings of one VAT number',
    [`DK${CVR.carpenter}`, `dk-${CVR.carpenter}`, CVR.carpenter.replace(/(..)/g, '$1 ')].map(
      (vatNo) => ({ vatNo }),
    ),
    ['skipped Carpenter', 'skipped Carpenter', 'skipped Carpenter'],
  ],
  ['a VAT number spelled oddly in Billy', [{ vatNo: CVR.spelled }], ['skipped Spelled']],
  [
    'an address in capitals',
    [{ name: 'Persons', email: 'FIRST@Persons.example' }],
    ['skipped Persons'],
  ],
  [
    "the second person's address",
    [{ name: 'Persons', email: 'second@persons.example' }],
    ['skipped Persons'],
  ],
  [
    'an id, whatever the other keys say',
    [{ id: 'School', contactNo: '20', vatNo: CVR.painter }],
    ['skipped School'],
  ],
  [
    'an unknown id, whatever the other keys say',
    [{ id: 'nobody', contactNo: '20' }],
    ['REFERENCE_NOT_FOUND'],
  ],
  [
    'one new number three times',
    [{ contactNo: '90' }, { contactNo: '90', city: 'Ribe' }, { contactNo: '90' }],
    ['created', 'skipped', 'skipped'],
  ],
  [
    'one new number after a row that fails',
    [{ contactNo: '90', email: 'no address' }, { contactNo: '90' }, { contactNo: '90' }],
    ['ROW_INVALID', 'created', 'skipped'],
  ],
  [
    'a new record by its other key',
    [{ contactNo: '90', email: 'new@new.example' }, { email: 'NEW@new.example' }],
    ['created', 'skipped'],
  ],
  [
    'new records that share their address',
    [
      { contactNo: '90', email: 'new@new.example' },
      { contactNo: '91', email: 'new@new.example' },
      { email: 'new@new.example' },
    ],
    ['created', 'created', AMBIGUOUS],
  ],
];

const UPDATE: readonly Case[] = [
  [
    'what differs, what does not, and what is new',
    [
      { contactNo: '60', name: 'Persons', city: 'Ribe' },
      { contactNo: '60', name: 'Persons', city: 'Odense' },
      { contactNo: '90' },
    ],
    ['unchanged Persons', 'updated Persons', 'created'],
  ],
  [
    'one new number three times',
    [{ contactNo: '90' }, { contactNo: '90', city: 'Ribe' }, { contactNo: '90', city: 'Ribe' }],
    ['created', 'updated', 'unchanged'],
  ],
  [
    'a number that an earlier row brings',
    [
      { id: 'Sparse', name: 'Sparse', contactNo: '71' },
      { name: 'Sparse', contactNo: '71' },
      { contactNo: '70' },
    ],
    ['updated Sparse', 'unchanged Sparse', 'created'],
  ],
  [
    'an address that an earlier row makes ambiguous',
    [
      { id: 'Sparse', name: 'Sparse', email: 'first@persons.example' },
      { email: 'first@persons.example' },
    ],
    ['updated Sparse', AMBIGUOUS],
  ],
  ['two records left', [{ contactNo: '30', city: 'Ribe' }], [AMBIGUOUS]],
  [
    'a VAT number in another spelling',
    [{ name: 'Carpenter', vatNo: `DK${CVR.carpenter}` }],
    ['unchanged Carpenter'],
  ],
];

const MERGE: readonly Case[] = [
  ['what is empty', [{ contactNo: '70', city: 'Ribe' }], ['merged Sparse']],
  ['what is filled', [{ contactNo: '60', city: 'Odense' }], ['unchanged Persons']],
  [
    'one new number three times',
    [{ contactNo: '90' }, { contactNo: '90', city: 'Ribe' }, { contactNo: '90', city: 'Esbjerg' }],
    ['created', 'merged', 'unchanged'],
  ],
  ['two records left', [{ contactNo: '30', city: 'Ribe' }], [AMBIGUOUS]],
];

const MATCH_BY = [
  {
    matchBy: ['phone'],
    title: 'a phone number',
    rows: [{ phone: '+45 33445566' }],
    outcomes: ['skipped Keyless'],
  },
  {
    matchBy: ['name'],
    title: 'an exact name',
    rows: [{ name: 'Keyless' }, { name: 'keyless' }],
    outcomes: ['skipped Keyless', 'created'],
  },
  {
    matchBy: ['name'],
    title: 'the name and no other key',
    rows: [{ contactNo: '11' }],
    outcomes: ['created'],
  },
  {
    matchBy: ['vatNo', 'name'],
    title: 'the name, unless the VAT number contradicts',
    rows: [
      { name: 'Twin A' },
      { name: 'Twin A', vatNo: CVR.unused },
      { name: 'Other', vatNo: CVR.twinB },
    ],
    outcomes: ['skipped Twin A', 'created', 'skipped Twin B'],
  },
];

describe('a file meets its records', () => {
  it.each(SKIP)('skip: %s', async (_title, rows, outcomes) => {
    expect(await endings(await openTown(), rows, {})).toEqual(outcomes);
  });

  it.each(UPDATE)('update: %s', async (_title, rows, outcomes) => {
    const options = { duplicateStrategy: 'update' } as const;
    expect(await endings(await openTown(), rows, options)).toEqual(outcomes);
  });

  it.each(MERGE)('merge: %s', async (_title, rows, outcomes) => {
    const options = { duplicateStrategy: 'merge' } as const;
    expect(await endings(await openTown(), rows, options)).toEqual(outcomes);
  });

  it.each(MATCH_BY)('matchBy $matchBy: $title', async ({ matchBy, rows, outcomes }) => {
    expect(await endings(await openTown(), rows, { matchBy })).toEqual(outcomes);
  });

  it('create: every row is sent, whatever it meets', async () => {
    const rows = [{ contactNo: '11' }, { contactNo: '30' }, { id: 'nobody' }, { vatNo: cvrOf(1) }];
    const options = { duplicateStrategy: 'create' } as const;
    const outcomes = rows.map(() => 'created');
    expect(await endings(await openTown(), rows, options)).toEqual(outcomes);
  });
});

describe('what is written', () => {
  const update = { duplicateStrategy: 'update' } as const;
  const merge = { duplicateStrategy: 'merge' } as const;

  it('makes a supplier a customer too', async () => {
    const town = await openTown();
    await endings(town, [{ contactNo: '50', name: 'Supplier' }], update);
    expect(town.contact('Supplier')).toMatchObject({ isCustomer: true, isSupplier: true });
  });

  it('never un-archives, and archives where the file says so', async () => {
    const town = await openTown();
    const rows = [
      { contactNo: '40', name: 'Archived', city: 'Ribe', isArchived: 'nej' },
      { contactNo: '11', name: 'School', isArchived: 'ja' },
    ];
    await endings(town, rows, update);
    expect(town.contact('Archived')).toMatchObject({ isArchived: true, cityText: 'Ribe' });
    expect(town.contact('School')).toMatchObject({ isArchived: true });
  });

  it.each([update, merge])('blank cells clear nothing with %j', async (options) => {
    const town = await openTown();
    const before = town.contact('Persons');
    const row = {
      contactNo: '60',
      name: 'Persons',
      email: '',
      city: '',
      vatNo: '',
      phone: '87654321',
    };
    await endings(town, [row], options);
    expect(town.contact('Persons')).toEqual({ ...before, phone: '87654321' });
    expect(town.emails('Persons')).toEqual(['first@persons.example', 'second@persons.example']);
  });

  it('merge fills only what is empty', async () => {
    const town = await openTown();
    const before = town.contact('Persons');
    const row = { contactNo: '60', name: 'Renamed', city: 'Odense', phone: '87654321' };
    await endings(town, [row], merge);
    expect(town.contact('Persons')).toEqual({ ...before, phone: '87654321' });
  });

  it('merge adds an e-mail only where no person has one', async () => {
    const town = await openTown();
    const rows = ['60', '70', '80'].map((contactNo) => ({ contactNo, email: 'new@new.example' }));
    expect(await endings(town, rows, merge)).toEqual([
      'unchanged Persons',
      'merged Sparse',
      'merged Mute',
    ]);
    expect(town.emails('Persons')).toEqual(['first@persons.example', 'second@persons.example']);
    expect(town.emails('Sparse')).toEqual(['new@new.example']);
    expect(town.emails('Mute')).toContain('new@new.example');
  });

  it("update changes the primary person's e-mail, or adds one, and leaves the others", async () => {
    const town = await openTown();
    const rows = [
      { contactNo: '60', email: 'new@new.example' },
      { contactNo: '70', email: 'added@new.example' },
    ];
    await endings(town, rows, update);
    expect(town.emails('Persons')).toEqual(['new@new.example', 'second@persons.example']);
    expect(town.emails('Sparse')).toEqual(['added@new.example']);
  });
});

describe('an export of all these contacts', () => {
  it.each(['standard', 'da'] as const)(
    'comes back unchanged in the dialect %s, and nothing is written',
    async (dialect) => {
      const { world } = await openTown();
      const filePath = await exportedTo(world, dialect);
      const before = world.sandbox.control.summary();
      const from = world.requests().length;
      const { id } = await world.start({ filePath }, { duplicateStrategy: 'update' });
      const job = await world.ended(id);
      expect(job).toMatchObject({ totalItems: 14, outcomes: { unchanged: 14 } });
      expect(world.writes(from)).toEqual([]);
      expect(world.sandbox.control.summary()).toEqual(before);
    },
  );
});
