/** Rows that repeat a key whose first row was sent, and has ended, before they are decided. */
import { describe, expect, it } from 'vitest';
import { STRATEGIES, type StartOptions } from '../../src/jobs/job/job-options.js';
import type { ItemRecord } from '../../src/model/item.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { slowPlanning, useSmallBatches } from './support/slow-planning.js';

useSmallBatches(2);

/** Rows as `contactNo,vatNo,name,city`; the first two are a batch, sent and ended before the rest. */
const HEADER = 'contactNo,vatNo,name,city';

interface Case {
  readonly rows: readonly string[];
  readonly options: StartOptions;
  /** Refuses a second record of one contactNo, and has this one already. */
  readonly taken?: string;
}

async function worldFor({ taken }: Case): Promise<World> {
  const world = await calmWorld({ unknowns: { uniqueNumbers: 'enforce' } });
  if (taken !== undefined) {
    await world.plant('contacts', { name: 'Optaget', contactNo: taken, countryId: 'DK' });
  }
  return world;
}

function shown(items: readonly ItemRecord[]): string[] {
  const ids = [...new Set(items.map(({ recordId }) => recordId).filter((id) => id !== null))];
  return items.map(({ outcome, code, recordId }) =>
    [outcome, code ?? '', recordId === null ? '-' : String(ids.indexOf(recordId))].join(' '),
  );
}

interface Ended {
  readonly items: readonly string[];
  readonly held: readonly unknown[];
  readonly duplicates: unknown;
}

async function endOf(world: World, id: string): Promise<Ended> {
  const { status, duplicates } = await world.ended(id);
  expect(status).toBe('completed');
  const held = world.held('contacts').map(({ name, contactNo, cityText, registrationNo }) => {
    return [name, contactNo, cityText, registrationNo].join('|');
  });
  return { items: shown(await world.items(id)), held: held.sort(), duplicates };
}

/** Every row is decided before the first is sent. */
async function inOnePiece(each: Case): Promise<Ended> {
  const world = await worldFor(each);
  const options = { ...each.options, validateBeforeCreate: true };
  return endOf(world, (await world.startImport([HEADER, ...each.rows].join('\n'), options)).id);
}

/** The first batch has ended when the second is decided; so has each batch when the next one is. */
async function inPieces(each: Case, restartsAt: readonly number[]): Promise<Ended> {
  const world = await worldFor(each);
  const planning = slowPlanning(world.store, 1);
  const { id } = await world.startImport([HEADER, ...each.rows].join('\n'), each.options);
  const total = each.rows.length;
  for (let seq = 3; seq <= total; seq += 2) {
    await world.until(id, ({ processedItems }) => processedItems >= seq - 1);
    if (restartsAt.includes(seq)) {
      planning.lose();
      await world.restart();
    }
    planning.letUntil(seq);
  }
  return endOf(world, id);
}

const VAT = '13748136';
const NEW: readonly string[] = [
  'K1,,Alfa,Ribe',
  'K2,,Beta,Ribe',
  'K3,,Gamma,Ribe',
  'K4,,Delta,Ribe',
  'K1,,Alfa,Aarhus',
  'K2,,Beta,',
  'K1,,Alfa,Odense',
  'K3,,Gamma Ny,',
  'K1,,Alfa,Ribe',
];
/** The first row of the key is refused by Billy: the next one takes its place, the others follow it. */
const FAILED: readonly string[] = [
  `T1,${VAT},Alfa,Ribe`,
  'K2,,Beta,Ribe',
  'K3,,Gamma,Ribe',
  'K4,,Delta,Ribe',
  `,${VAT},Epsilon,Aarhus`,
  `,${VAT},Zeta,Aarhus`,
  'K5,,Eta,Ribe',
  `,${VAT},Theta,Odense`,
  `,${VAT},Jota,Aarhus`,
];

const RESTARTS: readonly (readonly number[])[] = [[], [3], [5], [3, 5, 7, 9]];

describe.each(STRATEGIES)('with strategy %s', (duplicateStrategy) => {
  const created: Case = { rows: NEW, options: { duplicateStrategy } };
  const failed: Case = {
    rows: FAILED,
    options: { duplicateStrategy, matchBy: ['vatNo'] },
    taken: 'T1',
  };
  const wanted = new Map<Case, Promise<Ended>>();
  const proveEqual = async (each: Case, at: readonly number[]): Promise<void> => {
    const inOne = wanted.get(each) ?? inOnePiece(each);
    wanted.set(each, inOne);
    expect(await inPieces(each, at)).toEqual(await inOne);
  };

  it.each(RESTARTS.map((at) => [at]))(
    'rows after one that was created end as in one piece, restarted before rows %j',
    (at) => proveEqual(created, at),
  );

  it.each(RESTARTS.map((at) => [at]))(
    'rows after one that was refused end as in one piece, restarted before rows %j',
    (at) => proveEqual(failed, at),
  );
});
