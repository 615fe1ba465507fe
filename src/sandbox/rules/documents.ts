/** What invoices and bills share: defaults of the head, due dates, approval, filters. */
import type { Draft, FilterRule, Session } from '../model.js';
import { TEXT } from '../texts.js';
import { addDays } from './amounts.js';

type Fields = Readonly<Record<string, unknown>>;

export const DOCUMENT_FILTERS: Readonly<Record<string, FilterRule>> = {
  contactId: { kind: 'equals', field: 'contactId' },
  state: { kind: 'enum', field: 'state', values: ['draft', 'approved', 'voided'] },
  minEntryDate: { kind: 'min', field: 'entryDate' },
  maxEntryDate: { kind: 'max', field: 'entryDate' },
  entryDatePeriod: { kind: 'period', field: 'entryDate' },
  minApprovedTime: { kind: 'min', field: 'approvedTime' },
  maxApprovedTime: { kind: 'max', field: 'approvedTime' },
  approvedTimePeriod: { kind: 'period', field: 'approvedTime' },
  minDueDate: { kind: 'min', field: 'dueDate' },
  maxDueDate: { kind: 'max', field: 'dueDate' },
  isPaid: { kind: 'boolean', field: 'isPaid' },
  currencyId: { kind: 'equals', field: 'currencyId' },
  amount: { kind: 'number', field: 'amount' },
};

export const DOCUMENT_SORTS: readonly string[] = [
  'entryDate',
  'dueDate',
  'createdTime',
  'approvedTime',
  'lineDescription',
  'amount',
  'grossAmount',
  'balance',
  'contact.name',
];

function completeDueDate(draft: Draft, organization: Fields): void {
  const { values } = draft;
  if (values['paymentTermsMode'] !== 'net' || typeof values['entryDate'] !== 'string') return;
  values['paymentTermsDays'] ??= organization['paymentTermsDays'] ?? 0;
  values['dueDate'] = addDays(values['entryDate'], Number(values['paymentTermsDays']));
}

/** The organization's defaults; a due date only where the mode `net` was asked for (billy-api.md section 6.5). */
export function completeHead(draft: Draft, { world, organizationId }: Session): void {
  const organization = world.table('organizations').get(organizationId)?.fields;
  if (draft.before !== null || organization === undefined) return;
  const { values, sent } = draft;
  if (!sent.has('taxMode')) values['taxMode'] = organization['defaultTaxMode'];
  values['currencyId'] ??= organization['baseCurrencyId'] ?? null;
  completeDueDate(draft, organization);
}

/** Approval: once, and never back. What is approved and not paid has a balance. */
export function approveDocument(draft: Draft, session: Session): void {
  const { values, before } = draft;
  const wasApproved = before !== null && before.fields['state'] !== 'draft';
  if (wasApproved && values['state'] !== before.fields['state']) {
    draft.problems.attributes['state'] ??= TEXT.approvalIrreversible;
  }
  if (before === null) values['balance'] = 0;
  if (values['state'] !== 'approved' || wasApproved) return;
  values['approvedTime'] = session.world.nowText();
  values['balance'] = values['grossAmount'] ?? 0;
  values['isPaid'] = values['balance'] === 0;
}
