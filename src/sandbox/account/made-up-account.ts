/** Sets up one made-up account at Billy, and adds made-up records to it. */
import type { Billy } from '../api/api.js';
import type { SandboxOptions, SandboxUnknowns } from '../world/options.js';
import { declaredCollections } from '../rules/registry.js';
import type { Chart } from '../seed/chart.js';
import { plantContact } from '../seed/contacts.js';
import { plantForeignOrganization, plantOwnOrganization } from '../seed/organization.js';
import { plantProduct } from '../seed/products.js';
import { plantReference } from '../seed/reference.js';
import { World } from '../world/world.js';

const TOKEN_BYTES = 20;

export interface Amounts {
  readonly contacts: number;
  readonly products: number;
}

/** Adds made-up records, continuing where the last call stopped. */
export type Gardener = (amounts: Amounts) => void;

function gardenerFor(billy: Billy, seed: number, chart: Chart): Gardener {
  const { world, organizationId } = billy;
  const { unknowns } = billy;
  const planted = { contacts: 0, products: 0 };
  return ({ contacts, products }) => {
    for (let count = 0; count < contacts; count += 1) {
      plantContact(world, organizationId, { seed, number: planted.contacts, unknowns });
      planted.contacts += 1;
    }
    for (let count = 0; count < products; count += 1) {
      plantProduct(world, organizationId, { seed, number: planted.products, chart });
      planted.products += 1;
    }
  };
}

/** Changes answers and oddities of a Billy that runs; `listLagMs` counts from here on. */
export function setUnknowns(billy: Billy, changes: Partial<SandboxUnknowns>): void {
  billy.unknowns = { ...billy.unknowns, ...changes };
  if (billy.unknowns.listLagMs > 0) billy.world.keepPast();
}

/** A whole account: reference data, chart, own and foreign organization, the records asked for. */
export function createBilly(options: SandboxOptions): { billy: Billy; plantMore: Gardener } {
  const { clock, seed, unknowns } = options;
  const world = new World({ clock, seed, collections: declaredCollections() });
  plantReference(world, unknowns);
  const { organizationId, chart } = plantOwnOrganization(world, unknowns);
  plantForeignOrganization(world, seed, unknowns);
  const billy: Billy = {
    world,
    unknowns,
    organizationId,
    clock,
    token: options.token ?? clock.randomHex(TOKEN_BYTES),
    isTokenRevoked: false,
  };
  const plantMore = gardenerFor(billy, seed, chart);
  plantMore(options);
  setUnknowns(billy, {});
  return { billy, plantMore };
}
