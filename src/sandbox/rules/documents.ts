/** The common parts of invoices and bills: defaults of the head, due dates, approval, filters. */
import type { Draft, FilterRule, Session } from '../world/model.js';
import { TEXT, type Localized } from '../world/texts.js';
import { addDays, endOfMonth } from './amounts.js';
import { returnAt } from './usage.js';

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

/** The day from which payment days are counted; null if the terms give no due date. */
function termsFrom({ values }: Draft, { unknowns }: Session): string | null {
  const { entryDate, paymentTermsMode: mode } = values;
  if (typeof entryDate !== 'string') return null;
  if (mode === 'net') return entryDate;
  const isCounted = mode === 'netEndOfMonth' && unknowns.netEndOfMonth === 'computed';
  return isCounted ? endOfMonth(entryDate) : null;
}

function completeDueDate(draft: Draft, organization: Fields, session: Session): void {
  const { values } = draft;
  if (values['paymentTermsMode'] === 'date') values['paymentTermsDays'] = null;
  const from = termsFrom(draft, session);
  if (from === null) return;
  values['paymentTermsDays'] ??= organization['paymentTermsDays'] ?? 0;
  values['dueDate'] = addDays(from, Number(values['paymentTermsDays']));
}

/** The fields that determine the due date; only a person can change the entry date. */
const DUE_BY: readonly string[] = ['paymentTermsMode', 'paymentTermsDays', 'entryDate'];

function changesDueDate({ before, values }: Draft): boolean {
  return DUE_BY.some((name) => before !== null && before.fields[name] !== values[name]);
}

/** Fills in the organization's defaults; a due date only if a mode was sent (billy-api.md section 6.5). */
export function completeHead(draft: Draft, session: Session): void {
  const { world, organizationId } = session;
  const organization = world.table('organizations').get(organizationId)?.fields;
  if (organization === undefined) return;
  const { values, sent, before } = draft;
  if (before !== null) {
    if (!changesDueDate(draft)) return;
    if (draft.rule.fields['dueDate']?.access === 'readonly') values['dueDate'] = null;
    completeDueDate(draft, organization, session);
    return;
  }
  if (!sent.has('taxMode')) values['taxMode'] = organization['defaultTaxMode'];
  values['currencyId'] ??= organization['baseCurrencyId'] ?? null;
  completeDueDate(draft, organization, session);
}

/** The reason why a day is closed for booking; null if it is open (billy-api.md section 18). */
function closedPeriod(entryDate: unknown, session: Session): Localized | null {
  const { world, unknowns, organizationId } = session;
  if (typeof entryDate !== 'string') return null;
  const lockedUntil = world.table('organizations').get(organizationId)?.fields['fiscalLockingDate'];
  const isLocked = typeof lockedUntil === 'string' && entryDate <= lockedUntil;
  if (isLocked && unknowns.lockedDateApproval === 'refuse') return TEXT.periodLocked;
  if (unknowns.settledPeriodApproval === 'accept') return null;
  const settled = returnAt(entryDate, session);
  return settled?.fields['isSettled'] === true ? TEXT.periodSettled : null;
}

function refuseClosedPeriod(draft: Draft, session: Session): void {
  const problem = closedPeriod(draft.values['entryDate'], session);
  if (problem !== null) draft.problems.attributes['entryDate'] ??= problem;
}

/** Approves a document, irreversibly. An unpaid approved one has a balance; a draft's balance is an unknown. */
export function approveDocument(draft: Draft, session: Session): void {
  const { values, before } = draft;
  const wasApproved = before !== null && before.fields['state'] !== 'draft';
  if (wasApproved && values['state'] !== before.fields['state']) {
    draft.problems.attributes['state'] ??= TEXT.approvalIrreversible;
  }
  if (wasApproved) return;
  const isGross = session.unknowns.draftBalance === 'gross';
  values['balance'] = isGross ? (values['grossAmount'] ?? 0) : 0;
  if (values['state'] !== 'approved') return;
  refuseClosedPeriod(draft, session);
  values['approvedTime'] = session.world.nowText();
  values['balance'] = values['grossAmount'] ?? 0;
  values['isPaid'] = values['balance'] === 0;
}
