/** Creates one made-up account at Billy and adds made-up records to it. */
import type { Billy } from '../api/api.js';
import type { SandboxOptions, SandboxUnknowns } from '../world/options.js';
import { declaredCollections } from '../rules/registry.js';
import type { Chart } from '../seed/chart.js';
import { addContact } from '../seed/contacts.js';
import { addForeignOrganization, addOwnOrganization } from '../seed/organization.js';
import { addProduct } from '../seed/products.js';
import { addReferenceData } from '../seed/reference.js';
import { World } from '../world/world.js';

const TOKEN_BYTES = 20;

export interface Amounts {
  readonly contacts: number;
  readonly products: number;
}

/** Adds made-up records and continues the numbers of the last call. */
export type Seeder = (amounts: Amounts) => void;

function createSeeder(billy: Billy, seed: number, chart: Chart): Seeder {
  const { world, organizationId } = billy;
  const { unknowns } = billy;
  const added = { contacts: 0, products: 0 };
  return ({ contacts, products }) => {
    for (let count = 0; count < contacts; count += 1) {
      addContact(world, organizationId, { seed, number: added.contacts, unknowns });
      added.contacts += 1;
    }
    for (let count = 0; count < products; count += 1) {
      addProduct(world, organizationId, { seed, number: added.products, chart });
      added.products += 1;
    }
  };
}

/** Changes answers and oddities of a running Billy; `listLagMs` applies from now on. */
export function setUnknowns(billy: Billy, changes: Partial<SandboxUnknowns>): void {
  billy.unknowns = { ...billy.unknowns, ...changes };
  if (billy.unknowns.listLagMs > 0) billy.world.keepPast();
}

/** Creates a whole account: reference data, chart, own and foreign organization, and the wanted records. */
export function createBilly(options: SandboxOptions): { billy: Billy; addMadeUpRecords: Seeder } {
  const { clock, seed, unknowns } = options;
  const world = new World({ clock, seed, collections: declaredCollections() });
  addReferenceData(world, unknowns);
  const { organizationId, chart } = addOwnOrganization(world, unknowns);
  addForeignOrganization(world, seed, unknowns);
  const billy: Billy = {
    world,
    unknowns,
    organizationId,
    clock,
    token: options.token ?? clock.randomHex(TOKEN_BYTES),
    isTokenRevoked: false,
  };
  const addMadeUpRecords = createSeeder(billy, seed, chart);
  addMadeUpRecords(options);
  setUnknowns(billy, {});
  return { billy, addMadeUpRecords };
}
