/** People at work in the same account: they create, edit, use, archive and delete records while jobs run. */
import { answer, type Billy } from '../../src/sandbox/api/api.js';
import type { StoredRecord } from '../../src/sandbox/world/table.js';
import type { EventKind } from './events.js';
import type { ResourceName, Row } from './facts/facts.js';
import { bodyOfRow } from './account.js';
import { alteredBody } from './moods.js';
import { apiRequest, type Net } from './wire.js';

/** What somebody does; `target` chooses whom it is done to among those who are there. */
export interface PersonAct {
  readonly what:
    | 'create'
    | 'create as row'
    | 'create twin'
    | 'edit phone'
    | 'edit street'
    | 'edit name'
    | 'edit description'
    | 'edit hidden'
    | 'archive'
    | 'use'
    | 'approve'
    | 'delete'
    | 'add child'
    | 'change child'
    | 'delete child';
  /** After so many saved writes of the program in this act, or at this time of it. */
  readonly afterSaved: number | null;
  readonly atMs: number;
  /** Whom: a record that the program has just written, or any. */
  readonly whom: 'newest' | 'any';
  readonly target: number;
}

const COLLECTION: Readonly<Record<ResourceName, string>> = {
  customer: 'contacts',
  product: 'products',
  invoice: 'invoices',
};

const CHILD: Readonly<Record<string, { collection: string; parentKey: string; root: string }>> = {
  contacts: { collection: 'contactPersons', parentKey: 'contactId', root: 'contactPerson' },
  products: { collection: 'productPrices', parentKey: 'productId', root: 'productPrice' },
};

const SINGULAR: Readonly<Record<string, string>> = {
  contacts: 'contact',
  products: 'product',
  invoices: 'invoice',
};

export interface Town {
  readonly net: Net;
  readonly resource: ResourceName;
  readonly rows: readonly Row[];
}

interface Request {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** As another client of the same account would; false when Billy refuses. */
function asPerson(net: Net, what: string, { method, path, body }: Request): boolean {
  const text = body === undefined ? undefined : alteredBody(JSON.stringify(body), net.alter);
  const request = apiRequest(plain(net.billy), { method, path, body: text });
  const reply = net.recorder.asPerson(what, () => answer(plain(net.billy), request));
  net.trace(() => `person: ${what} ${method} ${path} ${text ?? ''} -> ${String(reply.status)}`);
  if (reply.status !== 200) net.met.note('person refused');
  return reply.status === 200;
}

/** Another user is bound by Billy's rules, but by none of the alternates for clients of the API. */
function plain(billy: Billy): Billy {
  const { unknowns } = billy;
  const own = { organizationIdInBody: 'accept', unknownProperties: 'refuse' } as const;
  return { ...billy, unknowns: { ...unknowns, ...own } };
}

function recordsOf(net: Net, collection: string): StoredRecord[] {
  const { world, organizationId } = net.billy;
  const table = world.table(collection);
  return table.idsOf(organizationId).flatMap((id) => table.get(id) ?? []);
}

/** Somebody's record; null when there is none. */
function chosen({ net, resource }: Town, act: PersonAct): StoredRecord | null {
  const collection = COLLECTION[resource];
  const records = recordsOf(net, collection);
  if (act.whom === 'newest') {
    const made = net.recorder.ledger.entries.findLast(
      (entry) => entry.author.who === 'program' && entry.collection === collection,
    );
    const newest = records.find(({ id }) => id === made?.id);
    if (newest !== undefined) return newest;
  }
  return records[act.target % Math.max(records.length, 1)] ?? null;
}

function change(town: Town, record: StoredRecord, changes: object): boolean {
  const collection = COLLECTION[town.resource];
  const body = { [SINGULAR[collection] ?? '']: changes };
  const path = `/${collection}/${record.id}`;
  return asPerson(town.net, 'edits', { method: 'PUT', path, body });
}

/** Fields that Billy's page does not name, and that its own pages write all the same. */
function editHidden({ net, resource }: Town, record: StoredRecord, target: number): void {
  const { world } = net.billy;
  const collection = COLLECTION[resource];
  const edits: Record<string, unknown>[] =
    resource === 'customer'
      ? [{ externalId: `X${String(target)}` }, { isSalesTaxExempt: true }]
      : [{ externalId: `X${String(target)}` }];
  const fields = { ...record.fields, ...edits[target % edits.length] };
  net.trace(() => `person: edits hidden ${record.id}`);
  net.recorder.asPerson('edits hidden', () => {
    world.transaction(() => world.update(collection, record, fields));
  });
}

function create(town: Town, act: PersonAct): void {
  const { net, resource, rows } = town;
  if (resource === 'invoice') return;
  const collection = COLLECTION[resource];
  const row = rows[act.target % Math.max(rows.length, 1)];
  const own = { name: `Fremmed ${String(act.target)}` };
  const fields = {
    create: own,
    'create as row': { ...row, phone: '99887766', description: 'af en anden', email: '' },
    'create twin': { ...row },
  }[act.what as 'create' | 'create as row' | 'create twin'];
  const body = { [SINGULAR[collection] ?? '']: bodyOfRow(fields, collection) };
  asPerson(net, act.what, { method: 'POST', path: `/${collection}`, body });
}

function use({ net, resource }: Town, record: StoredRecord): void {
  if (resource === 'invoice') return;
  const idFor = (collection: string, own: boolean): string =>
    own ? record.id : (recordsOf(net, collection)[0]?.id ?? '');
  const line = { productId: idFor('products', resource === 'product'), unitPrice: 100 };
  const body = {
    invoice: {
      contactId: idFor('contacts', resource === 'customer'),
      entryDate: '2026-01-05',
      lines: [line],
    },
  };
  asPerson(net, 'uses', { method: 'POST', path: '/invoices', body });
}

function childAct({ net, resource }: Town, record: StoredRecord, act: PersonAct): void {
  const child = CHILD[COLLECTION[resource]];
  if (child === undefined) return;
  const { collection, parentKey, root } = child;
  const [first] = net.billy.world.table(collection).findBy(parentKey, record.id);
  const tag = String(act.target);
  if (act.what === 'add child') {
    const own =
      resource === 'customer'
        ? { name: 'En Person', email: `person${tag}@anden.example` }
        : { currencyId: 'EUR', unitPrice: 7 + act.target };
    const body = { [root]: { [parentKey]: record.id, ...own } };
    asPerson(net, 'adds child', { method: 'POST', path: `/${collection}`, body });
    return;
  }
  if (first === undefined) return;
  const path = `/${collection}/${first.id}`;
  if (act.what === 'delete child') {
    asPerson(net, 'deletes child', { method: 'DELETE', path });
    return;
  }
  const changes =
    resource === 'customer'
      ? { email: `rettet${tag}@anden.example` }
      : { unitPrice: 500 + act.target };
  asPerson(net, 'changes child', { method: 'PUT', path, body: { [root]: changes } });
}

const EVENT_OF: Readonly<Record<PersonAct['what'], EventKind>> = {
  create: 'person creates',
  'create as row': 'person creates as a row',
  'create twin': 'person creates as a row',
  'edit phone': 'person edits',
  'edit street': 'person edits',
  'edit name': 'person edits',
  'edit description': 'person edits',
  'edit hidden': 'person edits what the page does not name',
  archive: 'person archives',
  use: 'person uses',
  approve: 'person edits',
  delete: 'person deletes',
  'add child': 'person changes a child',
  'change child': 'person changes a child',
  'delete child': 'person changes a child',
};

function editsOf({ resource }: Town, { what, target }: PersonAct): object | null {
  const tag = String(target);
  const own = resource === 'customer';
  const edits: Partial<Record<PersonAct['what'], object>> = {
    'edit phone': own ? { phone: `8800${tag.padStart(4, '0')}` } : { description: `ny ${tag}` },
    'edit street': own ? { street: `Ny Vej ${tag}` } : { unit: 'pieces' },
    'edit name': { name: `Omdøbt ${tag}` },
    'edit description': own ? { cityText: `By ${tag}` } : { description: `tekst ${tag}` },
    archive: { isArchived: true },
  };
  return edits[what] ?? null;
}

function actOnInvoice(town: Town, record: StoredRecord, act: PersonAct): void {
  const { net } = town;
  const path = `/invoices/${record.id}`;
  if (act.what === 'delete') asPerson(net, 'deletes', { method: 'DELETE', path });
  else if (act.what === 'approve') change(town, record, { state: 'approved' });
  else change(town, record, { contactMessage: `besked ${String(act.target)}` });
}

/** Does it, now, if there is anybody to do it to. */
export function perform(town: Town, act: PersonAct): void {
  const { net, resource } = town;
  if (act.what.startsWith('create')) {
    net.met.note(EVENT_OF[act.what]);
    create(town, act);
    return;
  }
  const record = chosen(town, act);
  if (record === null) return;
  net.met.note(EVENT_OF[act.what]);
  if (resource === 'invoice') actOnInvoice(town, record, act);
  else if (act.what === 'edit hidden') editHidden(town, record, act.target);
  else if (act.what === 'use') use(town, record);
  else if (act.what.endsWith('child')) childAct(town, record, act);
  else if (act.what === 'delete') {
    const path = `/${COLLECTION[resource]}/${record.id}`;
    asPerson(net, 'deletes', { method: 'DELETE', path });
  } else {
    const changes = editsOf(town, act);
    if (changes !== null) change(town, record, changes);
  }
}
