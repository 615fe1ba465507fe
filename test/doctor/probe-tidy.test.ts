/** Taking contacts of probes away, whatever Billy does about it. */
import { describe, expect, it } from 'vitest';
import { isProbeName, probeName } from '../../src/doctor/probe-names.js';
import { listProbes, nameOf, takeAwayEarlier, takeAwayOwn } from '../../src/doctor/probe-tidy.js';
import { ProbeWrites } from '../../src/doctor/probe-writes.js';
import type { DumpedRecord } from '../../src/sandbox/api/dump.js';
import type { SandboxUnknowns } from '../../src/sandbox/world/options.js';
import { openPractice, type Practice, type PracticeOptions } from './support/practice.js';

const MARK = '0123456789abcdef';
const OTHER_MARK = 'fedcba9876543210';

async function withLeftovers(options: PracticeOptions = {}) {
  const practice = await openPractice(options);
  const make = (name: string): string =>
    practice.sandbox.control.thirdParty({ action: 'create-contact', changes: { name } }).id;
  const ids = [probeName('1 of 2', MARK), probeName('2 of 2', MARK)].map(make);
  const writes = new ProbeWrites(practice.parts);
  return { practice, make, ids, writes, parts: practice.parts };
}

function probesIn({ sandbox }: Practice): DumpedRecord[] {
  const records = sandbox.control.state().records['contacts'] ?? [];
  return records.filter(({ name }) => isProbeName(name));
}

describe('probes', () => {
  it('are found among all contacts, archived ones too, with their persons', async () => {
    const { practice, ids } = await withLeftovers({ sandbox: { contacts: 1500 } });
    const [first] = ids;
    practice.sandbox.control.thirdParty({
      action: 'edit',
      id: String(first),
      changes: { isArchived: true },
    });
    const found = await listProbes(practice.parts);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(found[0]?.['contactPersons']).toEqual([]);
    expect(nameOf({ id: 'x', name: 'Kunde' })).toBe('');
  });
});

describe('taking away', () => {
  it('ends with a look that finds nothing', async () => {
    const { practice, parts, writes, ids } = await withLeftovers();
    const tidied = await takeAwayEarlier(parts, writes);
    expect(tidied.found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(tidied).toMatchObject({ archived: [], left: [] });
    expect(probesIn(practice)).toEqual([]);
    const writesSeen = practice.sandbox.control.requests().requests.slice(1);
    expect(writesSeen.at(-1)?.path).toContain('/contacts?');
  });

  it('takes only what has its own mark', async () => {
    const { practice, parts, writes, make } = await withLeftovers();
    const other = make(probeName('1 of 2', OTHER_MARK));
    await takeAwayOwn(parts, writes, MARK);
    expect(probesIn(practice).map(({ id }) => id)).toEqual([other]);
  });

  it.each<Partial<SandboxUnknowns>>([
    {},
    { bills: 'unknownRoute' },
    { deleteReferenced: 'refuseApproved' },
  ])('never deletes what something uses by now: %j', async (unknowns) => {
    const { practice, parts, writes, ids } = await withLeftovers({ unknowns });
    const [used] = ids;
    practice.sandbox.control.thirdParty({ action: 'add-invoice', id: String(used) });
    const tidied = await takeAwayEarlier(parts, writes);
    expect(tidied).toMatchObject({ archived: [probeName('1 of 2', MARK)], left: [] });
    expect(probesIn(practice)).toMatchObject([{ id: used, isArchived: true }]);
    const deletions = practice.sandbox.control
      .requests()
      .requests.filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ path }) => path)).toEqual([`/v2/contacts/${String(ids[1])}`]);
    const before = practice.sandbox.control.summary();
    expect(await takeAwayEarlier(parts, writes)).toMatchObject({ left: [] });
    expect(practice.sandbox.control.summary()).toEqual(before);
  });

  it('archives what Billy refuses to delete', async () => {
    const { practice, parts, writes, ids } = await withLeftovers();
    practice.sandbox.control.thirdParty({ action: 'add-invoice', id: String(ids[0]) });
    const tidied = await takeAwayOwn(parts, writes, MARK);
    expect(tidied).toMatchObject({ archived: [probeName('1 of 2', MARK)], left: [] });
    expect(probesIn(practice)).toMatchObject([{ isArchived: true }]);
  });

  it.each(['500-before', 'reset-after', 'html-200'] as const)(
    'looks again where an answer is lost (%s)',
    async (kind) => {
      const { practice, parts, writes } = await withLeftovers({ strike: { n: 1, kind } });
      expect(await takeAwayOwn(parts, writes, MARK)).toMatchObject({ archived: [], left: [] });
      expect(practice.sandbox.control.counters().faults[kind]).toBe(1);
      expect(probesIn(practice)).toEqual([]);
    },
  );

  it('says what is left when nothing helps', async () => {
    const { practice, parts, writes } = await withLeftovers();
    practice.sandbox.control.setFaults({
      seed: 1,
      rates: {},
      everyNthWrite: [{ n: 1, kind: '500-before' }],
      lateMs: 0,
    });
    const tidied = await takeAwayOwn(parts, writes, MARK);
    expect(tidied.left).toEqual([probeName('1 of 2', MARK), probeName('2 of 2', MARK)]);
    expect(probesIn(practice)).toHaveLength(2);
  });

  it('says what is left when Billy refuses both, and goes on with the others', async () => {
    const { practice, parts, writes } = await withLeftovers({ unknowns: { lockedStatus: 422 } });
    practice.sandbox.control.lock(true);
    const tidied = await takeAwayOwn(parts, writes, MARK);
    expect(tidied.left).toHaveLength(2);
    expect(tidied.archived).toEqual([]);
  });

  it('ends with the token', async () => {
    const { practice, parts, writes } = await withLeftovers();
    practice.sandbox.control.revokeToken();
    await expect(takeAwayOwn(parts, writes, MARK)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });
});
