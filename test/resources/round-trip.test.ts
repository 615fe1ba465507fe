// The resources against the sandbox, over the real client: what they foretell is what Billy then holds.
import { describe, expect, it } from 'vitest';
import type { BillyClient } from '../../src/billy/types.js';
import {
  differsFromSent,
  imageOfAnswer,
  sameImage,
} from '../../src/resources/definition/record-image.js';
import { RESOURCES } from '../../src/resources/registry.js';
import type { Lookups, Resource } from '../../src/resources/definition/resource.js';
import { ALTERNATE_UNKNOWNS, DEFAULT_UNKNOWNS } from '../../src/sandbox/world/options.js';
import {
  createRecord,
  enteredAs,
  imageNamed,
  imagesIn,
  LOAD,
  readBack,
  sendSteps,
  startAccount,
  valuesOf,
} from './support/account.js';

const PROFILES = [
  ['the defaults', DEFAULT_UNKNOWNS],
  ['the alternates', ALTERNATE_UNKNOWNS],
] as const;

/** The first example row of the template, for any account. */
function templateCells(resource: Resource): Record<string, string> {
  const [header, row = []] = resource.template;
  const cells = header.map((name, index) => [name, row[index] ?? ''] as const);
  // An account without defaults has no ruleset that vat25 could mean without a guess.
  return Object.fromEntries(cells.filter(([name]) => name !== 'salesTaxRuleset'));
}

async function createFrom(
  billy: BillyClient,
  resource: Resource,
  row: { cells: Record<string, string>; lookups: Lookups },
) {
  const { values, issues } = resource.resolve(valuesOf(resource, row.cells), row.lookups);
  expect([...issues, ...resource.checkCreate(enteredAs(values), row.lookups)]).toEqual([]);
  const body = resource.createBody(enteredAs(values), row.lookups);
  const answer = await createRecord(billy, resource, body);
  const stored = await imageNamed(billy, resource, answer.record.id);
  return { body, answer, stored, values };
}

/** What rows may change; the others are made once and refer to records that must be there. */
const CHANGEABLE = RESOURCES.filter((resource) => !resource.isFinal);

describe.each(CHANGEABLE)('a $name', (resource) => {
  describe.each(PROFILES)('under %s', (_profile, unknowns) => {
    it('that is created equals what was foretold, and the same row changes nothing', async () => {
      const { billy } = await startAccount({ unknowns });
      const lookups = await resource.load(billy, LOAD);
      const cells = templateCells(resource);
      const made = await createFrom(billy, resource, { cells, lookups });
      const { body, answer, stored, values } = made;
      expect(differsFromSent(body, stored, resource)).toEqual([]);
      const answered = imageOfAnswer(answer, { body, before: null }, resource);
      expect(sameImage(answered, stored, resource)).toBe(true);
      for (const mode of ['update', 'merge'] as const) {
        expect(resource.changesFor({ values, image: stored, mode, lookups }).steps).toEqual([]);
      }
      expect(resource.keysOfImage(stored)).toEqual(
        expect.arrayContaining(resource.keysOfRow(values)),
      );
    });

    it('that is updated is what the change said, and then unchanged', async () => {
      const { billy } = await startAccount({ unknowns });
      const lookups = await resource.load(billy, LOAD);
      const cells = templateCells(resource);
      const { stored } = await createFrom(billy, resource, { cells, lookups });
      const rowOf: Record<string, Record<string, string>> = {
        contacts: { name: 'Nyt navn', email: 'ny@post.example', city: 'Ribe', phone: '55667788' },
        products: { name: 'Nyt navn', unitPrice: '77.25', description: 'ny', unit: 'time' },
      };
      const values = valuesOf(resource, rowOf[resource.collection] ?? {});
      const asked = { values, image: stored, mode: 'update' as const, lookups };
      const { steps, after } = resource.changesFor(asked);
      expect(steps).toHaveLength(2);
      await sendSteps(billy, steps);
      const now = await imageNamed(billy, resource, stored.id);
      expect(sameImage(now, after, resource)).toBe(true);
      expect(resource.changesFor({ ...asked, image: now }).steps).toEqual([]);
    });
  });

  it('exported and read again is unchanged, for every record of an account', async () => {
    const { billy } = await startAccount({ contacts: 90, products: 90 });
    const lookups = await resource.load(billy, LOAD);
    const images = await imagesIn(billy, resource);
    const exported = images.filter((image) => resource.isExported(image, {}));
    expect(exported.length).toBeGreaterThan(5);
    for (const image of exported) {
      const values = readBack(resource, image, lookups);
      const { steps } = resource.changesFor({ values, image, mode: 'update', lookups });
      expect(steps).toEqual([]);
    }
  });
});
