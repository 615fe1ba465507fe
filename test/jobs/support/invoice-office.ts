// The account that the files of invoice lines refer to, and what a test reads of an import.
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { InputError } from '../../../src/core/errors.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { World } from '../../support/engine-world.js';
import { invoiced, linesOf } from './invoicing.js';
import { stormWorld } from './storm.js';

const CONTACTS: readonly Readonly<Record<string, string>>[] = [
  { contactNo: '10001', name: 'Kunde Et ApS', registrationNo: '30000412' },
  { contactNo: '10002', name: 'Kunde To' },
  { contactNo: '10004', name: 'Rigtigt Firma A/S', registrationNo: '13748136' },
  { contactNo: '13748136', name: 'Forkert Firma' },
  { contactNo: '10005', name: 'Skole', ean: '5790000000005' },
];

/** Five customers, two of them with an e-mail, and products P1000 to P1004 at DKK 100 and EUR 13. */
export async function invoiceOffice(): Promise<World> {
  const world = await stormWorld();
  const ids = new Map<string, string>();
  for (const contact of CONTACTS) {
    const basis = { type: 'company', countryId: 'DK', isCustomer: true };
    const id = await world.plant('contacts', { ...basis, ...contact });
    ids.set(contact['contactNo'] ?? '', id);
  }
  for (const [contactNo, email] of [
    ['10001', 'kunde1@example.dk'],
    ['10002', 'kunde2@example.dk'],
  ] as const) {
    const contactId = ids.get(contactNo) ?? '';
    await world.plant('contactPersons', { contactId, name: contactNo, email, isPrimary: true });
  }
  const rulesets = world.held('salesTaxRulesets');
  const full = rulesets.find(({ name }) => /25|indenlandsk|domestic/i.test(String(name)));
  const prices = [
    { currencyId: 'DKK', unitPrice: 100 },
    { currencyId: 'EUR', unitPrice: 13 },
  ];
  for (const productNo of ['P1000', 'P1001', 'P1002', 'P1003', 'P1004']) {
    const salesTaxRulesetId = (full ?? rulesets[0])?.id ?? null;
    await world.plant('products', { name: productNo, productNo, salesTaxRulesetId, prices });
  }
  return world;
}

/** Each invoice that Billy holds: customer, currency, state, and its lines as quantity times price. */
export function billed(world: World): string[] {
  const names = new Map(world.held('contacts').map(({ id, name }) => [id, String(name)]));
  const made = world.held('invoices').map(({ id, contactId, currencyId, state }) => {
    const lines = linesOf(world, id).map((each) => [each['quantity'], each['unitPrice']].join('x'));
    const draft = state === 'draft' ? [] : [String(state)];
    return [names.get(String(contactId)), currencyId, ...draft, ...lines].join(' ');
  });
  return made.sort();
}

/** Row, code and column of each refusal. */
export function refusals(view: JobView): string[] {
  return view.errors.map(({ row, code, field }) => [row, code, field].join(' '));
}

/** The messages of the warnings about rows, each behind its count of rows. */
export function rowWarnings(view: JobView): string[] {
  return view.warnings.filter(({ code }) => code === 'VALUE_SUSPECT').map(({ message }) => message);
}

/** The refusal of a whole file: its code, message and hint; null: the file is read. */
export async function fileRefusal(
  world: World,
  csv: string,
  options: StartOptions = {},
): Promise<{ readonly code: string; readonly message: string; readonly hint: string } | null> {
  try {
    return (await invoiced(world, csv, options)).error;
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown;
    throw thrown;
  }
}
