/** Finds obstacles: documents that use a record, and the VAT return that covers a day. */
import type { Session } from '../world/model.js';
import type { StoredRecord } from '../world/table.js';

/** True if a document prevents deletion of its records: always, or (an unknown) only once it is approved. */
function isHolding(document: StoredRecord | undefined, session: Session): boolean {
  if (document === undefined) return false;
  if (session.unknowns.deleteReferenced === 'refuseDrafts') return true;
  return document.fields['state'] !== 'draft';
}

export function isContactInUse(contactId: string, session: Session): boolean {
  return ['invoices', 'bills'].some((collection) =>
    session.world
      .table(collection)
      .findBy('contactId', contactId)
      .some((document) => isHolding(document, session)),
  );
}

export function isProductInUse(productId: string, session: Session): boolean {
  const invoices = session.world.table('invoices');
  return session.world
    .table('invoiceLines')
    .findBy('productId', productId)
    .some((line) => isHolding(invoices.get(String(line.fields['invoiceId'])), session));
}

/** The organization's VAT return that covers a day. */
export function returnAt(
  day: string,
  { world, organizationId }: Session,
): StoredRecord | undefined {
  const returns = world.table('salesTaxReturns');
  return returns
    .idsOf(organizationId)
    .flatMap((id) => returns.get(id) ?? [])
    .find(({ fields }) => String(fields['startDate']) <= day && day <= String(fields['endDate']));
}

export function isAccountInUse(accountId: string, session: Session): boolean {
  return ['products', 'billLines'].some(
    (collection) => session.world.table(collection).findBy('accountId', accountId).length > 0,
  );
}
