// What always holds (CONTRACT.md section 5), under each answer that Billy may give to what nobody knows
// about it: one by one in one process on a fast clock, and all together with real processes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceNamed } from '../../src/resources/registry.js';
import type { FaultPlan, SandboxUnknowns } from '../../src/sandbox/world/options.js';
import {
  chosenUnknown,
  DEFAULT_UNKNOWNS,
  UNKNOWN_VALUES,
} from '../../src/sandbox/world/unknowns.js';
import { fastClock } from '../jobs/support/fast-clock.js';
import { undone } from '../jobs/support/deletions.js';
import { testWorld, type World } from '../support/engine-world.js';
import { BAD_ROWS, CUSTOMERS, DEMO_ROWS } from './demo-file.js';
import { openStage, putFile, rollBack, runJob, type Stage } from './stage.js';

const SEEDED = 12;
const NEW = 8;

/** Each value but the default's, as `--unknowns` names it. */
const EACH = Object.entries(UNKNOWN_VALUES).flatMap(([name, [, ...others]]) =>
  others.map((value) => `${name}=${String(value)}`),
);

function unknownsNamed(choice: string): SandboxUnknowns {
  const [name = '', value = ''] = choice.split('=');
  const chosen = chosenUnknown({ name, value }, DEFAULT_UNKNOWNS);
  if (chosen === null) throw new Error(`no unknown ${choice}`);
  return chosen;
}

/** New customers, two that are there, and one from a country that is none. */
function customersCsv(world: World): string {
  const known = world.held('contacts').filter(({ contactNo }) => contactNo !== null);
  const rows = Array.from({ length: NEW }, (_, index) => {
    const no = String(index + 1);
    return `N${no},Ny kunde ${no} ApS,ny${no}@firma.example,2000100${no},Byen,DK`;
  });
  for (const { contactNo, countryId } of known.slice(0, 2)) {
    rows.push(`${String(contactNo)},Omdøbt ${String(contactNo)},,,,${String(countryId)}`);
  }
  rows.push('N99,Fra intetsteds,,,,XX');
  return ['contactNo,name,email,phone,city,country', ...rows].join('\n');
}

/** Every sixth write loses its answer; patience is asked for where that is the question. */
function faultsFor(choice: string): FaultPlan {
  const lost = { n: 6, kind: 'reset-after' } as const;
  const everyNthWrite = choice.startsWith('retryAfter') ? [{ n: 5, kind: '429' } as const] : [lost];
  return { seed: 1, rates: {}, everyNthWrite, lateMs: 0 };
}

async function worldWith(choice: string): Promise<World> {
  const clock = fastClock();
  return testWorld({
    clock,
    timeoutMs: 8000,
    settleMs: 3000,
    unknowns: unknownsNamed(choice),
    sandbox: { clock, contacts: SEEDED, products: 3 },
  });
}

/** Outcomes of a job's items, in their order. */
async function outcomesOf(world: World, jobId: string): Promise<(string | null)[]> {
  return (await world.items(jobId)).map(({ outcome }) => outcome);
}

async function exportCustomers(world: World): Promise<string> {
  const signal = new AbortController().signal;
  const request = {
    resource: resourceNamed('customer'),
    filters: {},
    overwrite: false,
    dialect: 'standard',
    actor: 'tester',
  } as const;
  const { result } = await world.service.export(request, signal);
  if (result === null) throw new Error('the export is not done');
  return world.service.exportText(result.filename);
}

const MADE_ANEW: ReadonlySet<string> = new Set(['id', 'createdTime', 'accessCode']);

/** What contacts say, whatever their ids are: one line each. */
function contactsOf(world: World): string[] {
  const persons = world.held('contactPersons');
  return world
    .held('contacts')
    .map((contact) => {
      const said = Object.entries(contact).filter(([name]) => !MADE_ANEW.has(name));
      const own = persons.filter(({ contactId }) => contactId === contact.id);
      const people = own.map(
        ({ name, email, isPrimary }) => `${String(email)} ${String(name)} ${String(isPrimary)}`,
      );
      return JSON.stringify([said, people.sort()]);
    })
    .sort();
}

async function importAndTakeBack(world: World, choice: string): Promise<void> {
  const [before, options] = [world.sandboxState(), { duplicateStrategy: 'update' } as const];
  const content = customersCsv(world);
  const foretold = await world.imported(content, { ...options, dryRun: true });
  expect(world.sandboxState()).toEqual(before);
  world.sandbox.control.setFaults(faultsFor(choice));
  const job = await world.imported(content, options);
  world.sandbox.control.setFaults(null);
  expect(await outcomesOf(world, job.id)).toEqual(await outcomesOf(world, foretold.id));
  expect(job).toMatchObject({
    status: 'completed',
    failedItems: 1,
    unknownItems: 0,
    outcomes: { created: NEW, updated: 2 },
  });
  expect(world.held('contacts')).toHaveLength(SEEDED + NEW);
  const again = await world.imported(await exportCustomers(world), options);
  expect(again.totalItems).toBeGreaterThan(NEW + 2);
  expect(again.outcomes).toMatchObject({ unchanged: again.totalItems });
  const { rollback } = await undone(world, job.id);
  expect(rollback).toMatchObject({ total: NEW + 2, reversed: NEW + 2, kept: 0, errored: 0 });
  expect(world.sandboxState()).toEqual(before);
}

async function deleteAndTakeBack(world: World): Promise<void> {
  const before = contactsOf(world);
  // What Billy alters as it saves it comes back altered, whoever writes it.
  const plain = world.held('contacts').filter(({ phone }) => !String(phone).includes(' '));
  const chosen = plain.map(({ id }) => id).slice(0, 3);
  const more = { operation: 'delete' } as const;
  const job = await world.ended((await world.start({ ids: chosen }, {}, more)).id);
  expect(job).toMatchObject({ status: 'completed', outcomes: { deleted: chosen.length } });
  expect(world.held('contacts')).toHaveLength(SEEDED - chosen.length);
  const { rollback } = await undone(world, job.id);
  expect(rollback).toMatchObject({ reversed: chosen.length, kept: 0, errored: 0 });
  expect(contactsOf(world)).toEqual(before);
}

async function draftAndTakeBack(world: World): Promise<void> {
  const customer = world.held('contacts').find(({ contactNo }) => contactNo !== null);
  const product = world.held('products').find(({ productNo }) => productNo !== null);
  const row = {
    customer: String(customer?.['contactNo']),
    entryDate: '2026-01-31',
    productNo: String(product?.['productNo']),
    taxMode: 'excl',
  };
  const rows = ['1', '2', '2'].map((invoiceRef) => ({ ...row, invoiceRef, unitPrice: '12.50' }));
  const job = await world.ended((await world.start({ rows }, {}, { resource: 'invoice' })).id);
  expect(job).toMatchObject({ status: 'completed', outcomes: { created: 2 } });
  expect(world.held('invoiceLines')).toHaveLength(3);
  expect((await undone(world, job.id)).rollback).toMatchObject({ reversed: 2, kept: 0 });
  expect([world.held('invoices'), world.held('invoiceLines')]).toEqual([[], []]);
}

describe('what always holds', () => {
  it.each(EACH)('holds with %s', async (choice) => {
    const world = await worldWith(choice);
    await importAndTakeBack(world, choice);
    await draftAndTakeBack(world);
    await deleteAndTakeBack(world);
  });
});

async function playMainJob(stage: Stage): Promise<void> {
  const { sandbox, home, connection } = stage;
  const filePath = await putFile(home, 'customers.csv', await readFile(CUSTOMERS));
  const before = await sandbox.state();
  const good = DEMO_ROWS - BAD_ROWS;
  const imported = await runJob(connection, { filePath });
  expect(imported).toMatchObject({
    status: 'completed',
    failedItems: BAD_ROWS,
    unknownItems: 0,
    outcomes: { created: good },
  });
  expect((await sandbox.summary()).counts['contacts']).toBe(SEEDED + good);

  const exported = join(home.folder, 'out.csv');
  const answer = await connection.callTool('export_customers_csv', { filePath: exported });
  expect(answer.structured).toMatchObject({ success: true, filePath: exported });
  const options = { duplicateStrategy: 'update' };
  const again = await runJob(connection, { filePath: exported, options });
  expect(again.outcomes).toMatchObject({ unchanged: again.totalItems });
  expect(again.totalItems).toBeGreaterThan(good);

  const undoing = await rollBack(connection, imported.id);
  expect(undoing).toMatchObject({
    status: 'rolled_back',
    rollback: { total: good, reversed: good, kept: 0, errored: 0 },
  });
  expect(await sandbox.state()).toEqual(before);
}

describe('the main job, with real processes', () => {
  it('holds with all alternates together, for the whole file', async () => {
    const flags = ['--contacts', String(SEEDED), '--unknowns', 'alternate'];
    await playMainJob(await openStage({ flags }));
  }, 60_000);
});
