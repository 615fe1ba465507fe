/** Adds two organizations: the token's own, and a foreign one with a few records that must stay hidden. */
import type { SandboxUnknowns } from '../world/options.js';
import type { World } from '../world/world.js';
import { addChart, type Chart } from './chart.js';
import { addContact } from './contacts.js';
import { addRecord } from './add-record.js';
import { addProduct } from './products.js';
import { addReturns } from './returns.js';

const FOREIGN_RECORDS = 3;

interface OrganizationSeed {
  readonly name: string;
  readonly registrationNo: string;
  readonly hasSalesDefaults: boolean;
}

function addOrganization(
  world: World,
  seed: OrganizationSeed,
  unknowns: SandboxUnknowns,
): { organizationId: string; chart: Chart } {
  const organizationId = world.newId();
  const chart = addChart(world, organizationId, unknowns);
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
  addRecord(world, { collection: 'organizations', id: organizationId, organizationId, values });
  addReturns(world, organizationId);
  return { organizationId, chart };
}

export function addOwnOrganization(
  world: World,
  unknowns: SandboxUnknowns,
): { organizationId: string; chart: Chart } {
  const seed = {
    name: 'Sandkassens Eksempelfirma ApS',
    registrationNo: '12345678',
    hasSalesDefaults: unknowns.missingSalesDefaults === 'set',
  };
  return addOrganization(world, seed, unknowns);
}

/** Adds another company at the same Billy, which no token of the sandbox can access. */
export function addForeignOrganization(
  world: World,
  seed: number,
  unknowns: SandboxUnknowns,
): void {
  const company = {
    name: 'En Anden Virksomhed A/S',
    registrationNo: '87654321',
    hasSalesDefaults: true,
  };
  const { organizationId, chart } = addOrganization(world, company, unknowns);
  for (let number = 0; number < FOREIGN_RECORDS; number += 1) {
    addContact(world, organizationId, { seed: seed + 1, number, unknowns });
    addProduct(world, organizationId, { seed: seed + 1, number, chart });
  }
}
