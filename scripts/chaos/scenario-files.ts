/** The files of a seed: rows that repeat each other and meet what is there, and the account they go to. */
import type { Dice } from './dice.js';
import type { JobSpec, ResourceName, Row, Strategy } from './facts/facts.js';
import { isOfOperation, type Theme } from './themes.js';

export interface Account {
  readonly contacts: readonly Row[];
  readonly products: readonly Row[];
  /** Records of the resource that an invoice uses, by position. */
  readonly used: readonly number[];
  /** Invoices by hand, for jobs that delete them. */
  readonly invoices: number;
}

const TWIN = 0.25;

/** Stands for the id of the n-th planted record until it has one. */
function plantedId(index: number): string {
  return `#${String(index)}`;
}

function phone(dice: Dice): string {
  const digits = `7000${String(dice.count(1000, 9999))}`;
  return dice.is(0.5) ? digits : digits.replaceAll(/(\d\d)(?=\d)/g, '$1 ');
}

function email(dice: Dice): string {
  const name = dice.is(0.5) ? 'kontakt' : 'Kontakt';
  return `${name}${String(dice.count(1, 9))}@firma.example`;
}

/** How rows are numbered: not at all, or often by numbers that are there already. */
interface Numbers {
  readonly met: number;
  readonly planted: number;
}

function numberOf(
  dice: Dice,
  letter: string,
  at: { index: number; numbers: Numbers | null },
): string {
  const { index, numbers } = at;
  if (numbers === null) return '';
  const isMet = dice.is(numbers.met);
  return letter + String(isMet ? dice.count(1, numbers.planted) : index + numbers.planted + 1);
}

function customerRow(dice: Dice, index: number, numbers: Numbers | null): Row {
  // Few numbers and few names, so that rows repeat each other and meet what is there.
  const isTwin = dice.is(TWIN);
  return {
    contactNo: numberOf(dice, 'K', { index, numbers }),
    name: isTwin ? 'Tvilling ApS' : `Kunde ${String(index + 1)}`,
    phone: isTwin ? '11 22 33 44' : dice.is(0.6) ? phone(dice) : '',
    email: dice.is(isTwin ? 0.1 : 0.35) ? email(dice) : '',
    address: dice.is(0.3) ? `Vej ${String(dice.count(1, 3))}` : '',
  };
}

function productRow(dice: Dice, index: number, numbers: Numbers | null): Row {
  const isTwin = dice.is(TWIN);
  return {
    productNo: numberOf(dice, 'V', { index, numbers }),
    name: isTwin ? 'Tvillingevare' : `Vare ${String(index + 1)}`,
    unitPrice: isTwin ? '10.00' : `${String(dice.count(1, 900))}.${dice.pick(['50', '505', '12'])}`,
    description: dice.is(0.4) ? `tekst ${String(dice.count(1, 3))}` : '',
  };
}

function invoiceRows(dice: Dice, count: number): Row[] {
  return dice
    .list(count, (index) => {
      // Some say the same under another reference.
      const isTwin = dice.is(TWIN);
      const head = {
        invoiceRef: `F${String(index + 1)}`,
        customer: `K${String(isTwin ? 1 : dice.count(1, 3))}`,
        entryDate: '2026-01-05',
        approve: dice.is(0.25) ? 'true' : '',
      };
      return dice.list(isTwin ? 1 : dice.count(1, 3), () => ({
        ...head,
        productNo: `V${String(isTwin ? 1 : dice.count(1, 3))}`,
        quantity: isTwin ? '1' : String(dice.count(1, 5)),
        unitPrice: isTwin ? '100' : `${String(dice.count(1, 50))}.50`,
      }));
    })
    .flat();
}

function plantedContact(dice: Dice, index: number, theme: Theme): Row {
  const no = String(index + 1);
  const made = customerRow(dice, index + 90, null);
  return {
    ...made,
    // Left open, for a merge and for people to fill in.
    phone: theme === 'a rest' ? '' : (made['phone'] ?? ''),
    contactNo: `K${no}`,
    name: `Gammel ${no}`,
  };
}

function plantedProduct(dice: Dice, index: number): Row {
  const no = String(index + 1);
  return {
    ...productRow(dice, index + 90, null),
    productNo: `V${no}`,
    name: `Gammel vare ${no}`,
  };
}

export function accountFor(dice: Dice, resource: ResourceName, theme: Theme): Account {
  const some = dice.pick(theme === 'a rest' ? [6] : [0, 2, 4, 6]);
  const count = resource === 'invoice' ? 3 : some;
  const isBoth = resource === 'invoice';
  const used = dice.is(0.3) ? [0] : [];
  return {
    contacts:
      resource === 'customer' || isBoth
        ? dice.list(count, (i) => plantedContact(dice, i, theme))
        : [],
    products:
      resource === 'product' || isBoth ? dice.list(count, (i) => plantedProduct(dice, i)) : [],
    used: isBoth || count === 0 ? [] : used,
    invoices: isBoth ? 3 : 0,
  };
}

function options(dice: Dice, strategy: Strategy) {
  return {
    strategy,
    continueOnError: !dice.is(0.12),
    rollbackOnError: dice.is(0.12),
    archiveIfInUse: dice.is(0.5),
    batchSize: dice.pick([null, 2, 3, 5]),
    dryRun: false,
  };
}

function importFor(dice: Dice, resource: 'customer' | 'product', theme: Theme): JobSpec {
  const isRest = theme === 'a rest';
  const hasNumbers = isRest || dice.is(0.7);
  const numbers = hasNumbers ? { met: isRest ? 0.6 : 0.4, planted: isRest ? 6 : 4 } : null;
  const makeRow = resource === 'customer' ? customerRow : productRow;
  const strategy = dice.pick(['skip', 'update', 'update', 'merge', 'create', 'create'] as const);
  const count = dice.count(isRest ? 6 : 1, 10);
  const rows = dice.list(count, (index) => makeRow(dice, index, numbers));
  return { operation: 'import', resource, rows, ...options(dice, strategy) };
}

function plantedCount(resource: ResourceName, { contacts, products, invoices }: Account): number {
  if (resource === 'invoice') return invoices;
  return resource === 'customer' ? contacts.length : products.length;
}

/** Only columns that are to be changed, and some of them blank. */
function updateFor(dice: Dice, resource: 'customer' | 'product', account: Account): JobSpec {
  const makeRow = resource === 'customer' ? customerRow : productRow;
  const rows = dice.list(plantedCount(resource, account), (index): Row => {
    const made = Object.entries(makeRow(dice, index, null));
    const kept = made.filter(([column]) => !column.endsWith('No') && column !== 'name');
    const name = dice.is(0.3) ? `Kunde ${String(index + 1)} nu` : '';
    return { id: plantedId(index), name, ...Object.fromEntries(kept) };
  });
  return { operation: 'update', resource, rows, ...options(dice, 'update') };
}

function deleteFor(dice: Dice, resource: ResourceName, account: Account): JobSpec {
  const count = plantedCount(resource, account);
  const ids = dice.list(count, plantedId);
  const odd = [
    ...(dice.is(0.2) ? ['AAAAAAAAQAAAAAAAAAAAAA'] : []),
    ...(dice.is(0.2) ? ids.slice(0, 1) : []),
  ];
  const rows = [...ids, ...odd].map((id): Row => ({ id }));
  return { operation: 'delete', resource, rows, ...options(dice, 'skip') };
}

export interface FilePlace {
  readonly theme: Theme;
  readonly resource: ResourceName;
  readonly account: Account;
}

export function jobFor(dice: Dice, { theme, resource, account }: FilePlace): JobSpec {
  const hasSome = plantedCount(resource, account) > 0;
  if (resource === 'invoice') {
    if (dice.is(0.2)) return deleteFor(dice, resource, account);
    const rows = invoiceRows(dice, dice.count(1, 6));
    return { operation: 'import', resource, rows, ...options(dice, 'skip') };
  }
  const all = ['import', 'import', 'update', 'delete'] as const;
  const fitting = all.filter((each) => isOfOperation(theme, each));
  const operation = hasSome ? dice.pick(fitting) : 'import';
  if (operation === 'update') return updateFor(dice, resource, account);
  if (operation === 'delete') return deleteFor(dice, resource, account);
  return importFor(dice, resource, theme);
}

/** One that meets what the first did: other values for the same records, or the same again. */
export function secondJobFor(
  dice: Dice,
  { theme, resource, account, first }: FilePlace & { readonly first: JobSpec },
): JobSpec {
  if (resource === 'invoice' || first.operation === 'delete') {
    return jobFor(dice, { theme, resource, account });
  }
  if (dice.is(0.4) && plantedCount(resource, account) > 0)
    return updateFor(dice, resource, account);
  const strategy = dice.pick(['update', 'update', 'merge', 'skip'] as const);
  const rows = first.rows
    .slice(0, 6)
    .filter((row) => row['id'] === undefined)
    .map((row): Row => {
      if (resource === 'product')
        return { ...row, description: `anden ${String(dice.count(1, 9))}` };
      return { ...row, phone: phone(dice) };
    });
  if (rows.length === 0) return importFor(dice, resource, theme);
  return { operation: 'import', resource, rows, ...options(dice, strategy) };
}
