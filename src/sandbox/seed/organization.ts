/** Organizations: the token's own, and a foreign one with a few records that must stay out of sight. */
import type { SandboxUnknowns } from '../world/options.js';
import type { World } from '../world/world.js';
import { plantChart, type Chart } from './chart.js';
import { plantContact } from './contacts.js';
import { plant } from './plant.js';
import { plantProduct } from './products.js';
import { plantReturns } from './returns.js';

const FOREIGN_RECORDS = 3;

interface OrganizationSeed {
  readonly name: string;
  readonly registrationNo: string;
  readonly hasSalesDefaults: boolean;
}

function plantOrganization(
  world: World,
  seed: OrganizationSeed,
  unknowns: SandboxUnknowns,
): { organizationId: string; chart: Chart } {
  const organizationId = world.newId();
  const chart = plantChart(world, organizationId, unknowns);
  const values = {
    createdTime: '2022-01-03T08:00:00',
    name: seed.name,
    street: 'Havnegade 1',
    zipcode: '5970',
    city: 'Ærøskøbing',
    countryId: 'DK',
    email: 'bogholderi@firma.example',
    registrationNo: seed.registrationNo,
    baseCurrencyId: 'DKK',
    localeId: 'da_DK',
    defaultSalesAccountId: seed.hasSalesDefaults ? chart.salesAccountId : null,
    defaultSalesTaxRulesetId: seed.hasSalesDefaults ? chart.domesticRulesetId : null,
    defaultTaxMode: 'excl',
    defaultInvoiceBankAccountId: chart.bankAccountId,
    hasVat: true,
    vatPeriod: 'quarter',
    salesTaxPeriod: unknowns.salesTaxPeriod,
    fiscalYearEndMonth: 12,
    paymentTermsMode: 'net',
    paymentTermsDays: 8,
    invoiceNoMode: 'sequential',
    nextInvoiceNo: 1001,
  };
  plant(world, { collection: 'organizations', id: organizationId, organizationId, values });
  plantReturns(world, organizationId);
  return { organizationId, chart };
}

export function plantOwnOrganization(
  world: World,
  unknowns: SandboxUnknowns,
): { organizationId: string; chart: Chart } {
  const seed = {
    name: 'Sandkassens Eksempelfirma ApS',
    registrationNo: '12345678',
    hasSalesDefaults: unknowns.missingSalesDefaults === 'set',
  };
  return plantOrganization(world, seed, unknowns);
}

/** Another company at the same Billy, which no token of the sandbox opens. */
export function plantForeignOrganization(
  world: World,
  seed: number,
  unknowns: SandboxUnknowns,
): void {
  const company = {
    name: 'En Anden Virksomhed A/S',
    registrationNo: '87654321',
    hasSalesDefaults: true,
  };
  const { organizationId, chart } = plantOrganization(world, company, unknowns);
  for (let number = 0; number < FOREIGN_RECORDS; number += 1) {
    plantContact(world, organizationId, { seed: seed + 1, number, unknowns });
    plantProduct(world, organizationId, { seed: seed + 1, number, chart });
  }
}
