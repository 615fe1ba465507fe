// Jobs that delete, their rollbacks, and what the account holds whatever its ids are.
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { SourceInput } from '../../../src/jobs/service/take-source.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { patchJob } from '../../../src/jobs/job/job-context.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { DumpedRecord } from '../../../src/sandbox/api/dump.js';
import type { WriteMoment } from '../../../src/sandbox/world/options.js';
import type { JobRecord } from '../../../src/model/job.js';
import { openWork, type World } from '../../support/engine-world.js';

const NEVER = new AbortController().signal;

/** More ids than these need a plan first. */
const UNPLANNED_MAX = 20;

/** The completed dry run of a deletion; a held world works for that long. */
async function planOf(
  world: World,
  source: SourceInput,
  { resource, options }: { resource: string; options: StartOptions },
): Promise<JobRecord> {
  const { isHeld = false } = world.options;
  if (isHeld) await world.restart({ isHeld: false });
  const dryRun = { ...options, dryRun: true };
  const plan = await world.start(source, dryRun, { resource, operation: 'delete' });
  await world.ended(plan.id);
  if (isHeld) await world.restart({ isHeld });
  return plan;
}

/** Starts a deletion; a large one by its plan. */
export async function startDeletion(
  world: World,
  input: SourceInput | readonly string[],
  more: { resource?: string; options?: StartOptions } = {},
): Promise<JobRecord> {
  const source = Array.isArray(input)
    ? { ids: input as readonly string[] }
    : (input as SourceInput);
  const { resource = 'customer', options = {} } = more;
  const isLarge = (source.ids?.length ?? 0) > UNPLANNED_MAX && options.dryRun !== true;
  const run = isLarge
    ? { dryRunJobId: (await planOf(world, source, { resource, options })).id }
    : source;
  const sent = isLarge ? {} : options;
  return world.start(run, sent, { resource, operation: 'delete' });
}

export async function deleted(
  world: World,
  input: SourceInput | readonly string[],
  more: { resource?: string; options?: StartOptions } = {},
): Promise<JobView> {
  return world.ended((await startDeletion(world, input, more)).id);
}

export function askUndo(world: World, jobId: string, dryRun = false): Promise<JobView> {
  return world.service.rollback(jobId, { dryRun, reason: null, signal: NEVER });
}

export async function undone(world: World, jobId: string): Promise<JobView> {
  await askUndo(world, jobId);
  return world.ended(jobId);
}

/** `act` comes after everything is planned and before anything is sent. The world should be `isHeld`. */
export async function actedBeforeRun(
  world: World,
  job: JobRecord,
  act: () => unknown,
): Promise<JobView> {
  const context = await openWork(world, job);
  await scan(context);
  await plan(context);
  await patchJob(context, { phase: 'run', status: 'processing' });
  await world.store.releaseLease({ lease: context.lease });
  await act();
  await world.restart({ isHeld: false });
  return world.ended(job.id);
}

/** Somebody acts in Billy at the moment at which the next write reaches it: no listing can show it in time. */
export class NextWrite {
  #act: (() => unknown) | null = null;

  /** For the sandbox. */
  readonly onWrite = (moment: WriteMoment): void => {
    if (moment !== 'arrived') return;
    const act = this.#act;
    this.#act = null;
    act?.();
  };

  brings(act: () => unknown): void {
    this.#act = act;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const PERSON = { name: 'Anna', isPrimary: true };

/** Customers with one person each; `more` is what a customer has beside its name and number. */
export async function plantCustomers(
  world: World,
  count: number,
  more: (no: number) => Fields = () => ({}),
): Promise<string[]> {
  const ids: string[] = [];
  for (let no = 1; no <= count; no += 1) {
    const basis = { name: `Kunde ${String(no)}`, contactNo: `K${String(no)}`, countryId: 'DK' };
    const contactPersons = [{ ...PERSON, email: `k${String(no)}@ko.example` }];
    const fields = { ...basis, isCustomer: true, contactPersons, ...more(no) };
    ids.push(await world.plant('contacts', fields));
  }
  return ids;
}

/** Products with a price in each of two currencies. */
export async function plantProducts(world: World, count: number): Promise<string[]> {
  const ids: string[] = [];
  const revenue = world.held('accounts').find(({ natureId }) => natureId === 'revenue');
  for (let no = 1; no <= count; no += 1) {
    const prices = [
      { currencyId: 'DKK', unitPrice: no * 10 },
      { currencyId: 'EUR', unitPrice: no },
    ];
    const basis = { name: `Vare ${String(no)}`, productNo: `V${String(no)}`, description: 'God' };
    ids.push(await world.plant('products', { ...basis, accountId: revenue?.id ?? null, prices }));
  }
  return ids;
}

export interface DraftFor {
  readonly contactId: string;
  readonly productId: string;
  readonly more?: Fields;
}

/** A draft invoice of two lines. */
export function plantDraft(
  world: World,
  { contactId, productId, more }: DraftFor,
): Promise<string> {
  const lines = [
    { productId, description: 'Første', quantity: 2, unitPrice: 100 },
    { productId, description: 'Anden', quantity: 1.5, unitPrice: 80 },
  ];
  const basis = { contactId, entryDate: '2026-01-31', state: 'draft', lines };
  return world.plant('invoices', { ...basis, ...more });
}

function cut(record: DumpedRecord, fields: readonly string[]): Fields {
  return Object.fromEntries(fields.map((field) => [field, record[field] ?? null]));
}

/** All records of a resource with their children, by what they say; ids count for nothing. */
export function contents(world: World, resourceName: string): string[] {
  const resource = resourceNamed(resourceName);
  return world
    .held(resource.collection)
    .map((record) => {
      const children = Object.values(resource.relations).map((relation) =>
        world
          .held(relation.collection)
          .filter((child) => child[relation.parentKey] === record.id)
          .map((child) => JSON.stringify(cut(child, relation.fields)))
          .sort(),
      );
      return JSON.stringify([cut(record, resource.fields), ...children]);
    })
    .sort();
}

export function idsOf(world: World, collection: string): string[] {
  return world.held(collection).map(({ id }) => id);
}
