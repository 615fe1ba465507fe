/** What rows say and what records hold, in one form, so that both can be compared (contract, section 4). */
import type { Alter, Facts, JobSpec, ResourceName, Row } from '../facts/facts.js';
import type { Fields, Root } from '../facts/ledger.js';

/** Texts by Billy's name, and the children as texts in a fixed order. */
export interface Content {
  readonly fields: Readonly<Record<string, string>>;
  readonly children: readonly string[];
}

/** Column to Billy's property. */
const COLUMNS: Readonly<Record<ResourceName, Readonly<Record<string, string>>>> = {
  customer: { contactNo: 'contactNo', name: 'name', phone: 'phone', address: 'street' },
  product: { productNo: 'productNo', name: 'name', description: 'description' },
  invoice: { customer: 'contactNo', entryDate: 'entryDate' },
};

export const COLLECTION: Readonly<Record<ResourceName, string>> = {
  customer: 'contacts',
  product: 'products',
  invoice: 'invoices',
};

/** The number by which a record is known for certain. */
export const NUMBER_FIELD: Readonly<Record<ResourceName, string>> = {
  customer: 'contactNo',
  product: 'productNo',
  invoice: 'invoiceNo',
};

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function keyOf({ fields, children }: Content): string {
  const filled = Object.entries(fields).filter(([, text]) => text !== '');
  return JSON.stringify([filled.sort(), [...children].sort()]);
}

/** The rows that make one item together. */
export function rowsOfItem({ operation, resource, rows }: JobSpec, seq: number): readonly Row[] {
  if (resource !== 'invoice' || operation !== 'import') return rows.slice(seq - 1, seq);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const ref = row['invoiceRef'] ?? '';
    groups.set(ref, [...(groups.get(ref) ?? []), row]);
  }
  return [...groups.values()][seq - 1] ?? [];
}

export function itemCountOf({ operation, resource, rows }: JobSpec): number {
  if (resource !== 'invoice' || operation !== 'import') return rows.length;
  return new Set(rows.map((row) => row['invoiceRef'])).size;
}

/** The values that a row gives to Billy's properties, as Billy keeps them; blank cells are left out. */
export function saidFields(
  resource: ResourceName,
  row: Row,
  alter: Alter,
): Readonly<Record<string, string>> {
  const collection = COLLECTION[resource];
  const said = Object.entries(COLUMNS[resource]).flatMap(([column, field]) => {
    const cell = row[column] ?? '';
    return cell === '' ? [] : [[field, textOf(alter(collection, field, cell))] as const];
  });
  return Object.fromEntries(said);
}

/** The e-mail or price that a row says, as Billy keeps it; null: none. */
export function saidChild(resource: ResourceName, row: Row, alter: Alter): string | null {
  if (resource === 'customer') {
    const { email = '' } = row;
    return email === '' ? null : textOf(alter('contactPersons', 'email', email));
  }
  const { unitPrice = '' } = row;
  return unitPrice === '' ? null : priceText('DKK', alter('productPrices', 'unitPrice', unitPrice));
}

function priceText(currency: unknown, price: unknown): string {
  return `${textOf(currency)} ${String(Number(price))}`;
}

function lineText(productNo: unknown, quantity: unknown, unitPrice: unknown): string {
  return `${textOf(productNo)} ${String(Number(quantity))} ${String(Number(unitPrice))}`;
}

/** What the item's rows would make. */
export function saidContent(spec: JobSpec, seq: number, alter: Alter): Content {
  const rows = rowsOfItem(spec, seq);
  const [first = {}] = rows;
  const fields = saidFields(spec.resource, first, alter);
  if (spec.resource !== 'invoice') {
    const child = saidChild(spec.resource, first, alter);
    return { fields, children: child === null ? [] : [child] };
  }
  const lines = rows.map((row) => lineText(row['productNo'], row['quantity'], row['unitPrice']));
  return { fields, children: lines };
}

/** A child as a row would say it; an invoice's line names its product by number. */
function childText(collection: string, child: Fields, productNo: (id: string) => unknown): string {
  switch (collection) {
    case 'contacts':
      return textOf(child['email']);
    case 'products':
      return priceText(child['currencyId'], child['unitPrice']);
    default: {
      const product = productNo(textOf(child['productId']));
      return lineText(product, child['quantity'], child['unitPrice']);
    }
  }
}

const RESOURCE_OF: Readonly<Record<string, ResourceName>> = {
  contacts: 'customer',
  products: 'product',
  invoices: 'invoice',
};

/** What the record held once `order` had happened; null: it was not there. */
export function heldContent(facts: Facts, root: Root, order: number): Content | null {
  const record = facts.ledger.fieldsAt(root, order);
  const resource = RESOURCE_OF[root.collection];
  if (record === null || resource === undefined) return null;
  const names = Object.values(COLUMNS[resource]);
  const fields: Record<string, string> = {};
  for (const name of names) fields[name] = textOf(record[name]);
  if (resource === 'invoice') {
    const contact = { collection: 'contacts', id: textOf(record['contactId']) };
    fields['contactNo'] = textOf(facts.ledger.fieldsAt(contact, order)?.['contactNo']);
  }
  const productNo = (id: string): unknown =>
    facts.ledger.fieldsAt({ collection: 'products', id }, order)?.['productNo'];
  const children = [...facts.ledger.childrenAt(root, order).values()]
    .map((child) => childText(root.collection, child, productNo))
    .filter((text) => text !== '');
  return { fields, children };
}

/** Whether a record can be told to be the row's: by its number, its name, an e-mail; of an invoice by its head. */
export function isRecognizable(said: Content, held: Content, resource: ResourceName): boolean {
  if (resource === 'invoice')
    return keyOf({ ...said, children: [] }) === keyOf({ ...held, children: [] });
  const isShared = (field: string): boolean => {
    const text = said.fields[field] ?? '';
    return text !== '' && text === held.fields[field];
  };
  const isChildShared =
    resource === 'customer' && said.children.some((child) => held.children.includes(child));
  return isShared(NUMBER_FIELD[resource]) || isShared('name') || isChildShared;
}
