/** Probing an account: what is found out under each answer Billy may give, and that nothing stays behind. */
import { describe, expect, it } from 'vitest';
import { probeAccount } from '../../src/doctor/probe.js';
import { isProbeName, probeName } from '../../src/doctor/probe-names.js';
import {
  ALTERNATE_UNKNOWNS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import type { Capabilities } from '../../src/model/capabilities.js';
import {
  clientWith,
  openPractice,
  type Practice,
  type PracticeOptions,
} from './support/practice.js';

type Found = Partial<Omit<Capabilities, 'probedAtMs'>>;

const MARK = '0123456789abcdef';
const ALL: Found = {
  bulkSave: 'works',
  isBulkSaveAtomic: true,
  echoesClientId: true,
  errorsByClientId: true,
  bulkDelete: 'works',
};

async function probed(options: PracticeOptions = {}): Promise<{
  readonly practice: Practice;
  readonly found: Capabilities | null;
}> {
  const practice = await openPractice(options);
  const found = await probeAccount(practice.parts, practice.tell);
  return { practice, found };
}

/** Waits for writes that the sandbox carries out after their answers were lost. */
async function lateOnes({ sandbox }: Practice): Promise<void> {
  const isPending = (): boolean =>
    sandbox.control
      .requests()
      .requests.some(({ fault, committed }) => fault?.endsWith('-late') === true && !committed);
  await expect.poll(isPending).toBe(false);
}

function expectNothingLeft(practice: Practice): void {
  expect(practice.names().filter(isProbeName)).toEqual([]);
  expect(practice.names()).toHaveLength(2);
}

const statusOf = ({ checks }: Practice, name: string): string | undefined =>
  checks.find((check) => check.name === name)?.status;

describe('what is found out', () => {
  it.each<[string, Partial<SandboxUnknowns>, Found]>([
    ['the defaults', {}, ALL],
    [
      'records without their client id',
      { echoClientId: 'omit' },
      { ...ALL, echoesClientId: false, errorsByClientId: false },
    ],
    ['refusals that name nothing', { bulkErrors: 'omit' }, { ...ALL, errorsByClientId: false }],
    ['refusals that count', { bulkErrors: 'index' }, { ...ALL, errorsByClientId: false }],
    ['answers in any order', { bulkOrder: 'shuffled' }, ALL],
    ['an organizationId refused', { organizationIdInBody: 'refuse' }, ALL],
    ['deletions in part', { bulkDelete: 'partial' }, ALL],
    ['deletions in part without a word', { bulkDelete: 'silentPartial' }, ALL],
    [
      'no bulk save',
      { bulkSave: 'none' },
      {
        bulkSave: 'absent',
        isBulkSaveAtomic: null,
        echoesClientId: null,
        errorsByClientId: null,
        bulkDelete: 'works',
      },
    ],
    ['the alternates', ALTERNATE_UNKNOWNS, { bulkSave: 'absent', bulkDelete: 'works' }],
    [
      'the alternates with bulk save',
      { ...ALTERNATE_UNKNOWNS, bulkSave: 'patch' },
      { bulkSave: 'works', isBulkSaveAtomic: false, echoesClientId: false },
    ],
  ])('with %s', async (_what, unknowns, expected) => {
    const { practice, found } = await probed({ unknowns });
    expect(found).toMatchObject(expected);
    expect(practice.checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'tidying ok',
      'bulk-save ok',
      'bulk-delete ok',
    ]);
    expectNothingLeft(practice);
  });

  it('costs three writes and four lists, of which the journal tells the writes', async () => {
    const { practice } = await probed();
    const { requests } = practice.sandbox.control.requests();
    const seen = requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
    expect(seen.slice(1)).toEqual([
      'GET /v2/contacts',
      'PATCH /v2/contacts',
      'PATCH /v2/contacts',
      'GET /v2/contacts',
      'DELETE /v2/contacts',
      'GET /v2/contacts',
    ]);
    const entries = await practice.journal();
    expect(entries.map(({ kind }) => kind)).toEqual([
      'doctor.probe',
      'billy.write',
      'billy.write',
      'billy.write',
    ]);
    const bodies = entries.map(({ body }) => body as Record<string, unknown>);
    expect(bodies.slice(1).map(({ method, result }) => [method, result])).toEqual([
      ['bulk-save', 'saved'],
      ['bulk-save', 'refused'],
      ['bulk-delete', 'saved'],
    ]);
    expect(bodies[1]?.['recordIds']).toHaveLength(2);
    expect(bodies[3]?.['recordIds']).toEqual(bodies[1]?.['recordIds']);
  });

  it('names its contacts so that people know what they are', async () => {
    const seen = new Set<string>();
    await probed({
      onSaved: (_n, { names }) => {
        for (const name of names()) seen.add(name);
      },
    });
    const [first, second] = [...seen].filter(isProbeName);
    expect(first).toMatch(/^billy-bulk-mcp probe 1 of 2, may be deleted \([0-9a-f]{16}\)$/);
    expect(second).toBe(first?.replace('1 of 2', '2 of 2'));
  });

  it('is that a batch may come out in part', async () => {
    const practice = await openPractice();
    const { sandbox, parts, tell } = practice;
    const billy = clientWith(practice.billy, {
      saveMany: async (collection, records, options) => {
        const answer = practice.billy.saveMany(collection, records, options);
        await answer.catch(() => {
          const changes = { name: records[0]?.body['name'] };
          sandbox.control.thirdParty({ action: 'create-contact', changes });
        });
        return answer;
      },
    });
    const found = await probeAccount({ ...parts, billy }, tell);
    expect(found).toMatchObject({ ...ALL, isBulkSaveAtomic: false });
    expectNothingLeft(practice);
  });

  it('is that a refusal may name the wrong ones too', async () => {
    const practice = await openPractice();
    const { parts, tell } = practice;
    let calls = 0;
    const billy = clientWith(practice.billy, {
      saveMany: (collection, records, options) => {
        calls += 1;
        const spoilt = records.map(({ id, body }) => ({ id, body: { ...body, countryId: 'QQ' } }));
        return practice.billy.saveMany(collection, calls === 2 ? spoilt : records, options);
      },
    });
    const found = await probeAccount({ ...parts, billy }, tell);
    expect(found).toMatchObject({ ...ALL, errorsByClientId: false });
  });

  it('is unclear where what was saved is not all there', async () => {
    const { practice, found } = await probed({
      onSaved: (n, { sandbox }) => {
        if (n !== 1) return;
        const records = sandbox.control.state().records['contacts'] ?? [];
        const id = String(records.find(({ name }) => isProbeName(name))?.id);
        sandbox.control.thirdParty({ action: 'delete', collection: 'contacts', id });
      },
    });
    expect(found).toMatchObject({ bulkSave: 'unclear', bulkDelete: 'works' });
    expectNothingLeft(practice);
  });

  it.each<SandboxUnknowns['bulkDelete']>(['allOrNothing', 'partial', 'silentPartial'])(
    'is unclear where one of two cannot be deleted (%s), and that one is archived',
    async (bulkDelete) => {
      const { practice, found } = await probed({
        unknowns: { bulkDelete },
        onSaved: (n, { sandbox }) => {
          if (n !== 1) return;
          const records = sandbox.control.state().records['contacts'] ?? [];
          const id = String(records.find(({ name }) => isProbeName(name))?.id);
          sandbox.control.thirdParty({ action: 'add-invoice', id });
        },
      });
      expect(found).toMatchObject({ ...ALL, bulkDelete: 'unclear' });
      const records = practice.sandbox.control.state().records['contacts'] ?? [];
      const kept = records.filter(({ name }) => isProbeName(name));
      expect(kept).toMatchObject([{ isArchived: true }]);
      const tidying = practice.checks.find(({ name }) => name === 'tidying');
      expect(tidying).toMatchObject({ status: 'warning', detail: kept[0]?.['name'] });
    },
  );
});

describe('what goes wrong meanwhile', () => {
  // One kind for each way in which a write happens or not, and its answer is lost or odd.
  const kinds: readonly FaultKind[] = [
    ...(['reset-before', 'reset-after', 'reset-late'] as const),
    ...(['timeout-before', 'timeout-after', 'timeout-late'] as const),
    ...(['502-html-after', '504-late', 'html-200', 'truncated', 'prefixed', 'close-idle'] as const),
  ];
  const cases = kinds.flatMap((kind) => [1, 2, 3].map((n) => [n, kind] as [number, FaultKind]));

  it.each(cases)('at write %i: %s', async (n, kind) => {
    const { practice, found } = await probed({ strike: { n, kind }, haste: 100 });
    expect(practice.sandbox.control.counters().faults[kind]).toBe(1);
    expect(statusOf(practice, 'tidying')).toBe('ok');
    // The batch that must be refused changes nothing, late or not.
    if (n === 1) await lateOnes(practice);
    expectNothingLeft(practice);
    if (found !== null) expect(found).toMatchObject(ALL);
    else expect(statusOf(practice, 'probe')).toBe('failed');
  });

  it.each([2, 3, 4])('without bulk save, at write %i', async (n) => {
    const strike = { n, kind: 'reset-late' } as const;
    const { practice } = await probed({ strike, haste: 100, unknowns: { bulkSave: 'none' } });
    expect(practice.sandbox.control.counters().faults['reset-late']).toBe(1);
    if (n < 4) await lateOnes(practice);
    expectNothingLeft(practice);
  });

  it.each([1, 2, 3, 4, 5])('often, by chance %i', async (seed) => {
    const practice = await openPractice({ haste: 100 });
    const rates = Object.fromEntries(kinds.map((kind) => [kind, 0.02]));
    practice.sandbox.control.setFaults({ seed, rates, lateMs: 20 });
    await probeAccount(practice.parts, practice.tell);
    practice.sandbox.control.setFaults(null);
    if (statusOf(practice, 'tidying') === 'failed') {
      await probeAccount(practice.parts, practice.tell);
    }
    expectNothingLeft(practice);
  });

  it('waits for what a lost save may still bring, and says so', async () => {
    const strike = { n: 1, kind: 'reset-late' } as const;
    const { practice } = await probed({ strike, haste: 100 });
    expect(practice.said.at(-1)).toMatch(/^An answer was lost: waiting \d+ seconds/);
    const results = (await practice.journal()).map(
      ({ body }) => (body as { result?: string }).result,
    );
    expect(results).toContain('lost');
    expectNothingLeft(practice);
  });

  it('is an outage that outlasts patience: said, and mended by the next probe', async () => {
    const { practice, found } = await probed({
      haste: 100,
      onSaved: (n, { sandbox }) => {
        if (n === 1) sandbox.control.setDown(true);
      },
    });
    expect(found).toBeNull();
    expect(practice.checks).toMatchObject([
      { name: 'probe', status: 'failed' },
      { name: 'tidying', status: 'failed', code: 'BILLY_UNREACHABLE' },
    ]);
    const left = practice.names().filter(isProbeName);
    expect(left).toHaveLength(2);
    const tidying = practice.checks.at(-1);
    expect(left.every((name) => tidying?.detail?.includes(name.slice(-18)) === true)).toBe(true);
    practice.sandbox.control.setDown(false);
    expect(await probeAccount(practice.parts, practice.tell)).toMatchObject(ALL);
    expect(practice.checks[2]).toMatchObject({ name: 'leftovers', status: 'ok' });
    expectNothingLeft(practice);
  });

  it.each([1, 2, 3])('is an interruption after write %i', async (n) => {
    const { practice, found } = await probed({
      onSaved: (saved, { stop }) => {
        if (saved === n) stop.abort();
      },
    });
    if (n < 2) {
      expect(found).toBeNull();
      const interrupted = {
        name: 'probe',
        status: 'failed',
        message: 'The probe was interrupted.',
      };
      expect(practice.checks[0]).toMatchObject(interrupted);
    }
    expectNothingLeft(practice);
  });

  it('before anything was sent sends nothing', async () => {
    const practice = await openPractice();
    practice.stop.abort();
    expect(await probeAccount(practice.parts, practice.tell)).toBeNull();
    const { byMethod } = practice.sandbox.control.counters();
    expect(Object.keys(byMethod)).toEqual(['GET']);
  });

  it('is a token that is revoked between', async () => {
    const { practice, found } = await probed({
      onSaved: (n, { sandbox }) => {
        if (n === 1) sandbox.control.revokeToken();
      },
    });
    expect(found).toBeNull();
    expect(practice.checks).toMatchObject([
      { name: 'probe', status: 'failed', code: 'BILLY_AUTH' },
      { name: 'tidying', status: 'failed', code: 'BILLY_AUTH' },
    ]);
  });
});

describe('what earlier probes left', () => {
  it('goes, and what only looks like it stays', async () => {
    const practice = await openPractice();
    const others = [
      `${probeName('1 of 2', MARK)} `,
      probeName('1 of 2', 'mark'),
      'billy-bulk-mcp probe',
      `x ${probeName('1 of 2', MARK)}`,
    ];
    const make = (name: string): unknown =>
      practice.sandbox.control.thirdParty({ action: 'create-contact', changes: { name } });
    for (const name of [...others, probeName('1 of 2', MARK), probeName('faulty', MARK)])
      make(name);
    const before = practice.names();
    await probeAccount(practice.parts, practice.tell);
    const after = practice.names();
    expect(before.filter((name) => !after.includes(name))).toEqual([
      probeName('1 of 2', MARK),
      probeName('faulty', MARK),
    ]);
    expect(practice.checks[0]).toMatchObject({ name: 'leftovers', status: 'ok' });
  });
});
