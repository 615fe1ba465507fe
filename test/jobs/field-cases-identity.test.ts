/** Customer, supplier and product files as people send them: which record a row means, and what is said of it. */
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { cvrOf } from '../support/made-up.js';

const UPDATE = { duplicateStrategy: 'update' } as const;

type Fields = Readonly<Record<string, unknown>>;

async function holding(...contacts: readonly Fields[]): Promise<World> {
  const world = await calmWorld();
  for (const { email, ...fields } of contacts) {
    const contactPersons = email === undefined ? [] : [{ name: 'P', email, isPrimary: true }];
    await world.plant('contacts', { countryId: 'DK', isCustomer: true, ...fields, contactPersons });
  }
  return world;
}

/** Outcome, code and message of each row. */
async function told(world: World, csv: string, options: StartOptions = {}): Promise<string[]> {
  const { id } = await world.imported(csv, options);
  return endingsOf(world, id);
}

async function endingsOf(world: World, id: string): Promise<string[]> {
  const items = await world.items(id);
  return items.map(({ outcome, code, message }) => [outcome, code, message].join(' | '));
}

describe('two numbers of a firm', () => {
  const [CVR, SE, OTHER] = [cvrOf(1), cvrOf(2), cvrOf(3)];
  const HEADERS = 'navn;CVR;SE-nr\n';
  const alfa = { name: 'Alfa ApS', contactNo: '1', registrationNo: CVR };
  const beta = { name: 'Beta ApS', contactNo: '2', registrationNo: SE };

  it('that name two records are ambiguous, and nothing is written', async () => {
    const world = await holding(alfa, beta);
    const rows = await told(world, `${HEADERS}Alfa ApS;${CVR};${SE}\nNy ApS;${OTHER};`, UPDATE);
    expect(rows).toEqual([
      `failed | DUPLICATE_AMBIGUOUS | CVR "${CVR}" is that of "Alfa ApS" (contactNo "1"), but SE-nr is that of "Beta ApS" (contactNo "2"); correct the row, or give the id`,
      'created |  | ',
    ]);
  });

  it('are ambiguous too where the CVR number names none', async () => {
    const world = await holding(beta);
    const [row] = await told(world, `${HEADERS}Beta ApS;${CVR};${SE}`);
    expect(row).toBe(
      `failed | DUPLICATE_AMBIGUOUS | CVR "${CVR}" is not that of "Beta ApS" (contactNo "2"), but SE-nr is; correct the row, or give the id`,
    );
    expect(world.held('contacts')).toHaveLength(1);
  });

  it('are compared with those of earlier rows', async () => {
    const world = await holding();
    const rows = await told(world, `${HEADERS}Beta ApS;${SE};\nAlfa ApS;${CVR};${SE}`);
    expect(rows[1]).toBe(
      `failed | DUPLICATE_AMBIGUOUS | CVR "${CVR}" is not that of "Beta ApS" (row 2), but SE-nr is; correct the row, or give the id`,
    );
  });

  it('delete none of two records', async () => {
    const world = await holding(alfa, beta);
    const csvContent = `${HEADERS}Alfa ApS;${CVR};${SE}`;
    const { id } = await world.start({ csvContent }, {}, { operation: 'delete' });
    expect((await world.ended(id)).outcomes).toMatchObject({ deleted: 0, failed: 1 });
  });

  it.each([
    ['says the same', `Alfa ApS;${CVR};DK${CVR}`],
    ['is of no record', `Alfa ApS;${CVR};${OTHER}`],
    ['stands alone', `Alfa ApS;;${CVR}`],
  ])('are no matter where the second %s', async (_name, row) => {
    const world = await holding(alfa, beta);
    const [first] = await told(world, HEADERS + row);
    expect(first).toMatch(/^skipped/);
  });

  it('are no matter beside an id, and where the caller chose the keys', async () => {
    const world = await holding(alfa, beta);
    const id = world.held('contacts').find(({ name }) => name === 'Alfa ApS')?.id ?? '';
    const [byId] = await told(world, `id;${HEADERS}${id};Alfa ApS;${CVR};${SE}`);
    expect(byId).toMatch(/^skipped/);
    const [chosen] = await told(world, `${HEADERS}Alfa ApS;${CVR};${SE}`, { matchBy: ['vatNo'] });
    expect(chosen).toMatch(/^skipped/);
  });
});

describe('one e-mail', () => {
  const FILE =
    'navn;email;telefon\nMur Ditlev ApS;revisor@revi.example;86111111\nGulv Frank ApS;revisor@revi.example;86222222';

  it.each([{}, UPDATE, { duplicateStrategy: 'merge' }] as const)(
    'of two firms in a file makes them no one firm: %j',
    async (options) => {
      const world = await holding();
      const [first, second] = await told(world, FILE, { ...options, dryRun: true });
      expect(first).toBe('created |  | ');
      expect(second).toBe(
        'failed | DUPLICATE_AMBIGUOUS | email "revisor@revi.example" is that of "Mur Ditlev ApS" (row 2), but the row is named "Gulv Frank ApS"; options.matchBy with email matches by it, without email ignores it',
      );
      await told(world, FILE, options);
      expect(world.held('contacts').map(({ name }) => name)).toEqual(['Mur Ditlev ApS']);
    },
  );

  it('decides alone or not at all where the caller chose the keys', async () => {
    const world = await holding();
    const chosen = { ...UPDATE, matchBy: ['contactNo', 'vatNo'] };
    const outcomes = await told(world, FILE, chosen);
    expect(outcomes).toEqual(['created |  | ', 'created |  | ']);
    const other = await holding();
    const merged = await told(other, FILE, { matchBy: ['email'] });
    expect(merged[1]).toMatch(
      /^skipped \| IDENTITY_CHANGED \| email .* is that of "Mur Ditlev ApS"/,
    );
  });

  it('of a known firm decides where the names agree, and names the record', async () => {
    const world = await holding({ name: 'Maler Lys ApS', email: 'lys@l.example', contactNo: '7' });
    const csv = 'navn;email\nMALER LYS;lys@l.example\nMaler Lys Holding ApS;lys@l.example';
    const [same, other] = await told(world, csv);
    expect(same).toBe(
      'skipped |  | email "lys@l.example" is that of "Maler Lys ApS" (contactNo "7")',
    );
    expect(other).toContain('DUPLICATE_AMBIGUOUS');
  });
});

describe('numbers that contradict', () => {
  const firms = [
    { name: 'Alfa ApS', contactNo: '10001', registrationNo: cvrOf(1) },
    { name: 'Beta ApS', contactNo: '10002', registrationNo: cvrOf(2) },
  ];

  it.each([{}, UPDATE] as const)('are ambiguous, under %j too', async (options) => {
    const world = await holding(...firms);
    const rows = [
      `10001;Alfa ApS;${cvrOf(2)}`,
      `10001;Gamma ApS;${cvrOf(3)}`,
      `10002;Beta ApS;${cvrOf(2)}`,
    ];
    const outcomes = await told(world, ['kundenr;navn;cvr', ...rows].join('\n'), options);
    expect(outcomes[0]).toContain('but vatNo is that of "Beta ApS" (contactNo "10002")');
    expect(outcomes[1]).toContain('but name and vatNo differ from that record');
    expect(outcomes.slice(0, 2).every((text) => text.includes('DUPLICATE_AMBIGUOUS'))).toBe(true);
    expect(outcomes[2]).not.toContain('DUPLICATE_AMBIGUOUS');
  });

  it('are told where only one differs, and the update goes through', async () => {
    const world = await holding(...firms);
    const rows = [`10001;Alfa ApS;${cvrOf(3)}`, `10002;Ny Beta ApS;${cvrOf(2)}`];
    const csv = ['kundenr;navn;cvr', ...rows].join('\n');
    const view = await world.imported(csv, UPDATE);
    expect(view.outcomes).toMatchObject({ updated: 2 });
    expect(view.warnings.filter(({ code }) => code === 'IDENTITY_CHANGED')).toHaveLength(2);
    const held = world.held('contacts').map(({ name, registrationNo }) => [name, registrationNo]);
    expect(held.sort()).toEqual([
      ['Alfa ApS', cvrOf(3)],
      ['Ny Beta ApS', cvrOf(2)],
    ]);
  });
});

describe('zeros that a spreadsheet took', () => {
  it('change no number of a row with an id, and are told', async () => {
    const world = await holding({ name: 'Nul ApS', contactNo: '00042', cityText: 'Ribe' });
    const id = world.held('contacts')[0]?.id ?? '';
    const csv = `id;navn;kundenr;by\n${id};Nul ApS;42;Odense`;
    expect(await told(world, csv, UPDATE)).toEqual([
      'updated | VALUE_SUSPECT | kundenr "42" has lost its leading zeros in a spreadsheet; the number in Billy stays',
    ]);
    expect(world.held('contacts')).toMatchObject([{ contactNo: '00042', cityText: 'Odense' }]);
  });

  it('are told of a new record as well', async () => {
    const world = await holding({ name: 'Nul ApS', contactNo: '00042' });
    const [text] = await told(world, 'navn;kundenr\nNul ApS;42', { dryRun: true });
    expect(text).toMatch(
      /^created \| VALUE_SUSPECT \| kundenr "42" is with zeros in front that of "Nul ApS"/,
    );
  });
});

describe('other rows', () => {
  it.each([{}, UPDATE, { duplicateStrategy: 'merge' }] as const)(
    'a customer that is imported as a supplier becomes both: %j',
    async (options) => {
      const world = await holding({ name: 'Gammel Kunde', registrationNo: cvrOf(4) });
      const csv = `navn;cvr\nGammel Kunde;${cvrOf(4)}`;
      const { id } = await world.imported(csv, options, { resource: 'supplier' });
      expect(await endingsOf(world, id)).toEqual([
        'updated | IDENTITY_CHANGED | "Gammel Kunde" is in Billy already and becomes a supplier too',
      ]);
      expect(world.held('contacts')).toMatchObject([{ isCustomer: true, isSupplier: true }]);
    },
  );

  it('two prices for one product are told', async () => {
    const world = await calmWorld();
    const prices = [{ currencyId: 'DKK', unitPrice: 5 }];
    await world.plant('products', { name: 'Vare', productNo: 'P1003', prices });
    const more = { resource: 'product', operation: 'update' } as const;
    const csvContent = 'varenr;pris\nP1003;9,95\nP1003;19,95';
    const view = await world.ended((await world.start({ csvContent }, {}, more)).id);
    expect(view.duplicates).toEqual({ inFile: 1, inBilly: 0 });
    const [, second] = await world.items(view.id);
    expect(second).toMatchObject({ outcome: 'updated', code: 'VALUE_SUSPECT' });
    expect(second?.message).toContain('is in an earlier row too, with other values');
  });

  it('a foreign VAT number with a blank country gives that country, with a word', async () => {
    const world = await holding();
    const rows = [
      'Tysk Handel GmbH;DE123456789;',
      'Svensk AB;SE556012345601;DK',
      'Rigtig;DE123456789;Tyskland',
    ];
    const csv = ['navn;cvr;land', ...rows].join('\n');
    const outcomes = await told(world, csv, { duplicateStrategy: 'create' });
    expect(outcomes.map((text) => text.slice(0, 24).trim())).toEqual([
      'created | VALUE_SUSPECT',
      'created | VALUE_SUSPECT',
      'created |  |',
    ]);
    const held = world
      .held('contacts')
      .map(({ name, countryId }) => `${String(name)} ${String(countryId)}`);
    expect(held.sort()).toEqual(['Rigtig DE', 'Svensk AB DK', 'Tysk Handel GmbH DE']);
  });

  it('rows without a match key are counted, in the dry run and in the run', async () => {
    const world = await holding();
    const csv = 'navn;kundenr\nA;1\nB;\nC;';
    for (const dryRun of [true, false]) {
      const { warnings } = await world.imported(csv, { dryRun });
      expect(warnings).toMatchObject([{ code: 'NO_MATCH_KEY' }]);
      expect(warnings[0]?.message).toMatch(/^2 new records without a match key/);
    }
  });
});
