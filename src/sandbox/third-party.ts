/** Somebody else at work in the same account: creates, edits, uses and deletes what a run has just written. */
import { z } from 'zod';
import type { Billy } from './api.js';
import type { Body } from './draft.js';
import type { ResourceRule, Session } from './model.js';
import { notFound, unprocessable } from './refusal.js';
import { removeRecord } from './remove.js';
import { findRule } from './rules/registry.js';
import { saveRecord, type Changes } from './save.js';
import type { StoredRecord } from './table.js';
import { TEXT } from './texts.js';

export const THIRD_PARTY_ACTION = z.object({
  action: z.enum([
    'create-contact',
    'edit',
    'add-invoice',
    'approve-invoice',
    'edit-person',
    'delete',
  ]),
  collection: z.string().optional(),
  id: z.string().optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
});

/**
 * `create-contact`: with `changes` as its fields. `edit`, `delete`: the record `id` of `collection`
 * (contacts unless said). `add-invoice`: for the contact `id`, or with `collection: 'products'` for
 * the product; `changes` may hold `state`, `contactId`, `productId`. `approve-invoice`: `id`, or the
 * newest draft. `edit-person`: the contact person `id`, or the first one of the contact `id`.
 */
export type ThirdPartyAction = z.input<typeof THIRD_PARTY_ACTION>;

export interface ThirdPartyResult {
  /** The record created, changed or deleted. */
  readonly id: string;
  /** Ids of everything written, by collection. */
  readonly saved: Readonly<Record<string, readonly string[]>>;
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

/** Another user is bound by Billy's rules, but by none of the sandbox's alternates for API clients. */
function sessionOf(billy: Billy): Session {
  const { world, organizationId, unknowns } = billy;
  const own = { ...unknowns, organizationIdInBody: 'accept', unknownProperties: 'refuse' } as const;
  return { world, organizationId, unknowns: own, language: null };
}

function ruleFor(collection: string): ResourceRule {
  const rule = findRule(collection);
  if (rule === undefined) throw notFound('collection', collection);
  return rule;
}

function mustFind(rule: ResourceRule, id: string | undefined, session: Session): StoredRecord {
  const record = session.world.table(rule.plural).get(id ?? '');
  if (record === undefined) throw notFound(rule.singular, id ?? '');
  return record;
}

function create(collection: string, body: Body, session: Session): Changes {
  return saveRecord({ rule: ruleFor(collection), before: null, body }, session);
}

function change(
  target: { collection: string; id: string | undefined },
  body: Body,
  session: Session,
): Changes {
  const rule = ruleFor(target.collection);
  return saveRecord({ rule, before: mustFind(rule, target.id, session), body }, session);
}

function firstId(changes: Changes): string {
  return changes.saved[0]?.record.id ?? Object.values(changes.deleted).at(-1)?.at(-1) ?? '';
}

/** The named record, else any, else a new one: an invoice needs a contact and a product. */
function idFor(collection: string, wanted: unknown, session: Session): string {
  if (typeof wanted === 'string') return wanted;
  const [any] = session.world.table(collection).idsOf(session.organizationId);
  if (any !== undefined) return any;
  const name = 'Tredjeparts eksempel';
  const body = collection === 'contacts' ? { name, countryId: 'DK' } : { name };
  return firstId(create(collection, body, session));
}

function addInvoice(action: ThirdPartyAction, session: Session): Changes {
  const { collection = 'contacts', id, changes = {} } = action;
  const { contactId, productId, state = 'draft', ...rest } = changes;
  const body = {
    contactId: idFor('contacts', collection === 'contacts' ? id : contactId, session),
    entryDate: session.world.nowText().slice(0, 10),
    state,
    lines: [
      {
        productId: idFor('products', collection === 'products' ? id : productId, session),
        unitPrice: 100,
      },
    ],
    ...rest,
  };
  return create('invoices', body, session);
}

function approveInvoice({ id }: ThirdPartyAction, session: Session): Changes {
  const invoices = session.world.table('invoices');
  const draft = invoices
    .idsOf(session.organizationId)
    .findLast((each) => invoices.get(each)?.fields['state'] === 'draft');
  return change({ collection: 'invoices', id: id ?? draft }, { state: 'approved' }, session);
}

function editPerson({ id = '', changes = {} }: ThirdPartyAction, session: Session): Changes {
  const [first] = session.world.table('contactPersons').findBy('contactId', id);
  const body = Object.keys(changes).length > 0 ? changes : { email: 'andet@firma.example' };
  return change({ collection: 'contactPersons', id: first?.id ?? id }, body, session);
}

function act(action: ThirdPartyAction, session: Session): Changes {
  const { collection = 'contacts', id, changes = {} } = action;
  switch (action.action) {
    case 'create-contact':
      return create(
        'contacts',
        { name: 'Tredjeparts kontakt', countryId: 'DK', ...changes },
        session,
      );
    case 'edit':
      return change({ collection, id }, changes, session);
    case 'add-invoice':
      return addInvoice(action, session);
    case 'approve-invoice':
      return approveInvoice(action, session);
    case 'edit-person':
      return editPerson(action, session);
    case 'delete':
      return removeRecord(ruleFor(collection), id ?? '', session);
  }
}

/** Does as another user would; works while the account is locked, down or limited. @throws Refusal */
export function actAsThirdParty(billy: Billy, action: ThirdPartyAction): ThirdPartyResult {
  const changes = act(action, sessionOf(billy));
  const id = firstId(changes);
  if (id === '') throw unprocessable(TEXT.notFound);
  const saved: Record<string, string[]> = {};
  for (const { rule, record } of changes.saved) (saved[rule.plural] ??= []).push(record.id);
  return { id, saved, deleted: changes.deleted };
}
