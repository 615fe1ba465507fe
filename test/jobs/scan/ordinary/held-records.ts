// The records that a job made, as a bookkeeper sees them: their own properties, those of their e-mails, prices and
// lines, and numbers in place of ids.
import type { DumpedRecord } from '../../../../src/sandbox/api/dump.js';
import type { World } from '../../../support/engine-world.js';

type Shown = Readonly<Record<string, unknown>>;

/** Properties that every record has, whatever the file says. */
const OF_EVERY_RECORD = new Set([
  ...['id', 'accessCode', 'createdTime', 'organizationId', 'sandboxExtra', 'isArchived'],
  ...['isSalesTaxExempt', 'isInInventory', 'inventoryAccountId'],
]);
/** Properties that Billy computes of an invoice, and those that show a link. */
const OF_EVERY_INVOICE = new Set([
  ...['amount', 'tax', 'grossAmount', 'netAmount', 'balance', 'dueDate', 'state', 'isPaid', 'type'],
  ...['contactId', 'approvedTime', 'sentState', 'exchangeRate', 'downloadUrl'],
  ...[
    'lineDescription',
    'orderNo',
    'templateId',
    'localeId',
    'attContactPersonId',
    'attachmentIds',
  ],
]);

/** The properties that say something. */
function filled(record: DumpedRecord, without = OF_EVERY_RECORD): Shown {
  const entries = Object.entries(record).filter(
    ([key, value]) => !without.has(key) && !OF_EVERY_RECORD.has(key) && (value ?? '') !== '',
  );
  return Object.fromEntries(entries);
}

function idToNumber(world: World, collection: string, property: string): Map<unknown, unknown> {
  return new Map(world.held(collection).map((record) => [record.id, record[property]]));
}

function contactOf(world: World, contact: DumpedRecord): Shown {
  const persons = world.held('contactPersons').filter(({ contactId }) => contactId === contact.id);
  const mails = persons.sort(
    (left, right) => Number(right['isPrimary']) - Number(left['isPrimary']),
  );
  const email = mails.map((person) => String(person['email'])).join(', ');
  return { ...filled(contact), ...(email === '' ? {} : { email }) };
}

function productOf(world: World, product: DumpedRecord): Shown {
  const prices = world.held('productPrices').filter(({ productId }) => productId === product.id);
  const { accountId, salesTaxRulesetId, ...own } = filled(product);
  return {
    ...own,
    price: prices.map(({ unitPrice, currencyId }) => [unitPrice, currencyId].join(' ')).join(', '),
    account: idToNumber(world, 'accounts', 'accountNo').get(accountId),
    vat: idToNumber(world, 'salesTaxRulesets', 'abbreviation').get(salesTaxRulesetId),
  };
}

function invoiceOf(world: World, invoice: DumpedRecord): Shown {
  const products = idToNumber(world, 'products', 'productNo');
  const lines = world
    .held('invoiceLines')
    .filter(({ invoiceId }) => invoiceId === invoice.id)
    .sort((left, right) => Number(left['priority']) - Number(right['priority']));
  const customer = idToNumber(world, 'contacts', 'contactNo').get(invoice['contactId']);
  const texts = lines.map(({ productId, quantity, unitPrice, description }) =>
    [products.get(productId), quantity, unitPrice, description].join(' ').trim(),
  );
  return { ...filled(invoice, OF_EVERY_INVOICE), customer, lines: texts };
}

const VIEWS = {
  customer: ['contacts', contactOf],
  supplier: ['contacts', contactOf],
  product: ['products', productOf],
  invoice: ['invoices', invoiceOf],
} as const;

/** The records with these ids, in this order. */
export function heldRecords(
  world: World,
  resource: keyof typeof VIEWS,
  ids: readonly (string | null)[],
): Shown[] {
  const [collection, view] = VIEWS[resource];
  const held = new Map(world.held(collection).map((record) => [record.id, record]));
  return ids.flatMap((id) => {
    const record = held.get(id ?? '');
    return record === undefined ? [] : [view(world, record)];
  });
}
