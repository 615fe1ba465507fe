// A look at a file and the start of the same file judge it by one function, so they refuse it in the same words.
import { expect, it } from 'vitest';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld } from '../../support/engine-world.js';

const REFUSED: readonly (readonly [resource: string, title: string, content: string])[] = [
  ['product', 'no column of names', 'Farve;Antal\nrød;2\n'],
  ['product', 'two prices', 'Navn;Pris;Salgspris\nA;1,50;2,50\n'],
  ['product', 'a filled discount', 'Navn;Pris;Rabat\nA;1,50;10\n'],
  ['product', 'prices with VAT', 'Navn;Pris inkl. moms\nA;12,50\n'],
  ['product', 'prices that can be read in two ways', 'Navn;Pris\nA;1.000\nB;2.000\n'],
  ['product', 'a quote that swallows rows', 'Varenr;Navn;Pris\n1;"A;2,50\n2;B 5";3,50\n'],
  ['customer', 'an unknown column of e-mails', 'Navn;Min mailliste\nA;a@x.dk\n'],
];

it.each(REFUSED)('a look foretells the refusal of %s: %s', async (resource, _title, csvContent) => {
  const world = await calmWorld();
  const refusal = await world.start({ csvContent }, {}, { resource }).then(
    async ({ id }) => (await world.ended(id)).error,
    (thrown: unknown) => thrown as { code: string; message: string; hint: string },
  );
  const look = await world.service.inspect({
    ...{ csvContent, resource: resourceNamed(resource), options: {} },
  });
  const [first] = look.warnings;
  expect(refusal).not.toBeNull();
  expect(first?.code).toBe(refusal?.code);
  expect(first?.message).toContain(refusal?.message);
  expect(first?.message).toContain(refusal?.hint);
});

const READ: readonly (readonly [resource: string, title: string, content: string])[] = [
  ['product', 'our own Danish headers', 'id;varenr;navn;pris\n;1;A;1.000\n'],
  ['customer', 'the ids of another system', 'ID;Navn;Kundenr\n17;A;1\n'],
  ['customer', 'a blank discount and an unknown column', 'Navn;Rabat;Farve\nA;;rød\n'],
];

it.each(READ)('a look warns as the start of %s does: %s', async (resource, _title, csvContent) => {
  const world = await calmWorld();
  const { id } = await world.start({ csvContent }, { dryRun: true }, { resource });
  const { warnings } = await world.ended(id);
  const look = await world.service.inspect({
    ...{ csvContent, resource: resourceNamed(resource), options: {} },
  });
  const ofFile = warnings.filter(({ code }) => ['COLUMN_IGNORED', 'NUMBER_STYLE'].includes(code));
  expect(look.warnings).toEqual(expect.arrayContaining(ofFile));
  expect(look.warnings.filter(({ code }) => code.startsWith('INPUT'))).toEqual([]);
});
