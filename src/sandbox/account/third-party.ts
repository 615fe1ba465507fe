/** Acts as another user of the same account, with all actions of a person in Billy's own app. */
import { z } from 'zod';
import type { Billy } from '../api/api.js';
import type { Body } from '../api/draft.js';
import type { ResourceRule, Session } from '../world/model.js';
import { notFound, unprocessable } from '../world/refusal.js';
import { removeRecord } from '../api/remove.js';
import { findRule } from '../rules/registry.js';
import { returnAt } from '../rules/usage.js';
import { saveRecord, type Changes } from '../api/save.js';
import type { StoredRecord } from '../world/table.js';
import { TEXT } from '../world/texts.js';

export const THIRD_PARTY_ACTION = z.object({
  action: z.enum([
    'create',
    'create-contact',
    'edit',
    'delete',
    'archive',
    'unarchive',
    'add-person',
    'edit-person',
    'delete-person',
    'add-price',
    'edit-price',
    'delete-price',
    'add-invoice',
    'approve-invoice',
    'add-bill',
    'approve-bill',
    'settle-return',
    'set-locking-date',
  ]),
  collection: z.string().optional(),
  id: z.string().optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
});

/**
 * `create`, `edit`, `delete`, `archive`, `unarchive`: a record of `collection` (contacts by default)
 * with `changes`; of a draft invoice also its lines, dates and contact. `create-contact`: a contact
 * with a made-up name. `add-person`, `add-price`: to the contact or product `id`. `edit-` and
 * `delete-person`, `-price`: the child `id`, or the first one of the parent `id`. `add-invoice`: for
 * the contact `id`, or with `collection: 'products'` for the product; `changes` may hold `state`,
 * `contactId`, `productId`. `add-bill`: from the contact `id`. `approve-`: `id`, or the newest draft.
 * `settle-return`: the VAT return `id`, or the one of the day `changes.date`. `set-locking-date`:
 * the day `changes.date`, or null.
 */
export type ThirdPartyAction = z.input<typeof THIRD_PARTY_ACTION>;

export interface ThirdPartyResult {
  /** The record created, changed or deleted. */
  readonly id: string;
  /** Ids of everything written, by collection. */
  readonly saved: Readonly<Record<string, readonly string[]>>;
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

/** The session of another user: Billy's rules apply, but not the sandbox's alternates for API clients. */
function sessionOf(billy: Billy): Session {
  const { world, organizationId, unknowns } = billy;
  const own = { ...unknowns, organizationIdInBody: 'accept', unknownProperties: 'refuse' } as const;
  return { world, organizationId, unknowns: own, language: null, isPerson: true };
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

/** The named record, or any existing one, or a new one: an invoice needs a contact and a product. */
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

function addBill({ id, changes = {} }: ThirdPartyAction, session: Session): Changes {
  const accounts = session.world.table('accounts');
  const accountId = accounts
    .idsOf(session.organizationId)
    .find((each) => accounts.get(each)?.fields['natureId'] === 'expense');
  const body = {
    contactId: idFor('contacts', id, session),
    entryDate: session.world.nowText().slice(0, 10),
    lines: [{ accountId, description: 'Varer', amount: 100 }],
    ...changes,
  };
  return create('bills', body, session);
}

function approve(collection: string, id: string | undefined, session: Session): Changes {
  const documents = session.world.table(collection);
  const draft = documents
    .idsOf(session.organizationId)
    .findLast((each) => documents.get(each)?.fields['state'] === 'draft');
  return change({ collection, id: id ?? draft }, { state: 'approved' }, session);
}

/** The children of contacts and products, with the default values of a new and of an edited child. */
const CHILDREN = {
  person: {
    collection: 'contactPersons',
    parentKey: 'contactId',
    made: { name: 'En Anden', email: 'en-anden@firma.example' },
    edited: { email: 'andet@firma.example' },
  },
  price: {
    collection: 'productPrices',
    parentKey: 'productId',
    made: { currencyId: 'EUR', unitPrice: 12.5 },
    edited: { unitPrice: 99.95 },
  },
} as const;

type ChildName = keyof typeof CHILDREN;

/** The id of the named child, or of the first child of the named parent. */
function childId(name: ChildName, id: string, session: Session): string {
  const { collection, parentKey } = CHILDREN[name];
  return session.world.table(collection).findBy(parentKey, id)[0]?.id ?? id;
}

function addChild(name: ChildName, action: ThirdPartyAction, session: Session): Changes {
  const { collection, parentKey, made } = CHILDREN[name];
  return create(collection, { [parentKey]: action.id, ...made, ...action.changes }, session);
}

function editChild(name: ChildName, action: ThirdPartyAction, session: Session): Changes {
  const { id = '', changes = {} } = action;
  const { collection, edited } = CHILDREN[name];
  const body = Object.keys(changes).length > 0 ? changes : edited;
  return change({ collection, id: childId(name, id, session) }, body, session);
}

function deleteChild(name: ChildName, { id = '' }: ThirdPartyAction, session: Session): Changes {
  const { collection } = CHILDREN[name];
  return removeRecord(ruleFor(collection), childId(name, id, session), session);
}

function settleReturn({ id, changes = {} }: ThirdPartyAction, session: Session): Changes {
  const { date } = changes;
  const ofDay = typeof date === 'string' ? returnAt(date, session)?.id : undefined;
  return change({ collection: 'salesTaxReturns', id: id ?? ofDay }, { isSettled: true }, session);
}

function setLockingDate({ changes = {} }: ThirdPartyAction, session: Session): Changes {
  const target = { collection: 'organizations', id: session.organizationId };
  return change(target, { fiscalLockingDate: changes['date'] ?? null }, session);
}

type Act = (action: ThirdPartyAction, session: Session) => Changes;

function archiving(isArchived: boolean): Act {
  return ({ collection = 'contacts', id }, session) =>
    change({ collection, id }, { isArchived }, session);
}

const ACTS: Readonly<Record<ThirdPartyAction['action'], Act>> = {
  create: ({ collection = 'contacts', changes = {} }, session) =>
    create(collection, changes, session),
  'create-contact': ({ changes = {} }, session) =>
    create('contacts', { name: 'Tredjeparts kontakt', countryId: 'DK', ...changes }, session),
  edit: ({ collection = 'contacts', id, changes = {} }, session) =>
    change({ collection, id }, changes, session),
  delete: ({ collection = 'contacts', id = '' }, session) =>
    removeRecord(ruleFor(collection), id, session),
  archive: archiving(true),
  unarchive: archiving(false),
  'add-person': (action, session) => addChild('person', action, session),
  'edit-person': (action, session) => editChild('person', action, session),
  'delete-person': (action, session) => deleteChild('person', action, session),
  'add-price': (action, session) => addChild('price', action, session),
  'edit-price': (action, session) => editChild('price', action, session),
  'delete-price': (action, session) => deleteChild('price', action, session),
  'add-invoice': addInvoice,
  'approve-invoice': ({ id }, session) => approve('invoices', id, session),
  'add-bill': addBill,
  'approve-bill': ({ id }, session) => approve('bills', id, session),
  'settle-return': settleReturn,
  'set-locking-date': setLockingDate,
};

/** Carries out an action, also while the account is locked, down or limited. @throws Refusal */
export function actAsThirdParty(billy: Billy, action: ThirdPartyAction): ThirdPartyResult {
  const changes = ACTS[action.action](action, sessionOf(billy));
  const id = firstId(changes);
  if (id === '') throw unprocessable(TEXT.notFound);
  const saved: Record<string, string[]> = {};
  for (const { rule, record } of changes.saved) (saved[rule.plural] ??= []).push(record.id);
  return { id, saved, deleted: changes.deleted };
}
