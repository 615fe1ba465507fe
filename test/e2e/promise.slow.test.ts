/** The promise in figures: a rollback takes back just what its job did, two servers share the work. */
import { describe, expect, it } from 'vitest';
import type { DumpedRecord } from '../../src/sandbox/api/dump.js';
import { exitOf, type SandboxProcess } from '../support/sandbox-process.js';
import type { Connection } from '../support/stdio-clients.js';
import { startRawServer } from './raw-server.js';
import {
  customersCsv,
  eventually,
  jobAtEnd,
  openFor,
  openStage,
  putFile,
  runJob,
  startJob,
  type Stage,
} from './stage.js';

const LONG_MS = 180_000;

async function contactsOf(sandbox: SandboxProcess): Promise<readonly DumpedRecord[]> {
  return (await sandbox.state()).records['contacts'] ?? [];
}

describe('a rollback of 1,000 rows, 50 edited and 30 used since', () => {
  const [ROWS, EDITED, PERSONS, USED, KILLS] = [1000, 30, 20, 30, 4];
  const KEPT = EDITED + PERSONS + USED;

  async function meddledStage(): Promise<{ stage: Stage; jobId: string; kept: Set<string> }> {
    const stage = await openStage();
    const { sandbox, home, connection } = stage;
    const filePath = await putFile(home, 'customers.csv', customersCsv(ROWS));
    const job = await runJob(connection, { filePath });
    expect(job.outcomes.created).toBe(ROWS);
    const ids = (await contactsOf(sandbox)).map(({ id }) => id).slice(100, 100 + KEPT);
    for (const [index, id] of ids.entries()) {
      const action =
        index < EDITED
          ? { action: 'edit', id, changes: { phone: '99999999' } }
          : { action: index < EDITED + PERSONS ? 'edit-person' : 'add-invoice', id };
      await sandbox.act('third-party', action);
    }
    await sandbox.act('third-party', { action: 'create-contact' });
    return { stage, jobId: job.id, kept: new Set(ids) };
  }

  async function expectKept(stage: Stage, jobId: string, kept: ReadonlySet<string>): Promise<void> {
    const connection = await openFor(stage.env);
    const job = await jobAtEnd(connection, jobId);
    const counts = { total: ROWS, reversed: ROWS - KEPT, kept: KEPT, errored: 0 };
    expect(job).toMatchObject({ status: 'partially_rolled_back', rollback: counts });
    const left = (await contactsOf(stage.sandbox)).map(({ id }) => id);
    expect(left).toHaveLength(KEPT + 1);
    expect(left.filter((id) => kept.has(id))).toHaveLength(KEPT);
  }

  it(
    'reverses 920, keeps 80 and touches nothing else',
    async () => {
      const { stage, jobId, kept } = await meddledStage();
      const untouched = (await contactsOf(stage.sandbox)).filter(({ id }) => kept.has(id));
      await stage.connection.callTool('rollback_job', { jobId });
      await expectKept(stage, jobId, kept);
      const after = (await contactsOf(stage.sandbox)).filter(({ id }) => kept.has(id));
      expect(after).toEqual(untouched);
    },
    LONG_MS,
  );

  it(
    'does the same when it is killed again and again on the way',
    async () => {
      const { stage, jobId, kept } = await meddledStage();
      await stage.connection.callTool('rollback_job', { jobId });
      await stage.connection.close();
      // A hundred records go at a time: slowly, and one request after another, so that each life leaves some.
      const env = { ...stage.env, BILLY_RATE_LIMIT: '3/s', BILLY_MAX_CONCURRENT: '1' };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const deleted = async (): Promise<number> =>
          ROWS + 1 - (await contactsOf(stage.sandbox)).length;
        const from = await deleted();
        const server = await startRawServer(env);
        const look = async () => ((await deleted()) > from ? true : null);
        await eventually(`deletions before kill ${String(kill)}`, look, 30_000);
        server.child.kill('SIGKILL');
        await exitOf(server.child);
        expect(server.child.signalCode).toBe('SIGKILL');
        expect(await deleted()).toBeLessThan(ROWS - KEPT);
      }
      await expectKept(stage, jobId, kept);
    },
    LONG_MS,
  );
});

describe('two servers on one database', () => {
  const [JOBS, ROWS, RATE] = [10, 500, 250];

  function hasWorked({ stderrLines }: Connection): boolean {
    return stderrLines.some((line) => line.includes('"event":"job.taken"'));
  }

  /** Jobs of customers and of products in turn, started by one server and the other in turn. */
  async function startAll(stage: Stage, second: Connection): Promise<string[]> {
    const { sandbox, home, connection } = stage;
    const products = (await sandbox.state()).records['products'] ?? [];
    const ids: string[] = [];
    for (let job = 0; job < JOBS; job += 1) {
      const no = String(job);
      const rows = products.map(({ id }) => `${id},Beskrivelse ${no}`).join('\n');
      const [csv, tool] =
        job % 2 === 0
          ? [customersCsv(ROWS, `J${no}x`), 'import_customers_csv']
          : [`id,description\n${rows}\n`, 'bulk_update_products'];
      const filePath = await putFile(home, `${no}.csv`, csv);
      ids.push(await startJob(job % 4 < 2 ? connection : second, { filePath }, tool));
    }
    return ids;
  }

  it(
    'share 5,000 rows in 10 jobs over both resources, each row once, at one rate',
    { timeout: LONG_MS, retry: 2 },
    async () => {
      const limit = `${String(RATE)}/s`;
      const flags = ['--products', String(ROWS), '--rate-limit', limit];
      const stage = await openStage({ flags, env: { BILLY_RATE_LIMIT: limit } });
      const { sandbox, env, connection } = stage;
      const second = await openFor(env, 'v2 SDK in the 2026 era');
      let [created, updated] = [0, 0];
      for (const id of await startAll(stage, second)) {
        const job = await jobAtEnd(connection, id);
        expect(job).toMatchObject({ status: 'completed', successfulItems: ROWS });
        created += job.outcomes.created;
        updated += job.outcomes.updated;
      }
      expect([created, updated]).toEqual([(JOBS / 2) * ROWS, (JOBS / 2) * ROWS]);
      const contacts = await contactsOf(sandbox);
      expect(new Set(contacts.map((contact) => contact['contactNo'])).size).toBe(created);
      expect(contacts).toHaveLength(created);
      const writes = (await sandbox.requests()).filter(({ method }) => method !== 'GET');
      expect(writes).toHaveLength(created + updated);
      expect((await sandbox.counters()).tooMany).toBe(0);
      expect([connection, second].map(hasWorked)).toEqual([true, true]);
    },
  );

  it('make 500 records of the same 500 new customers, started at once', async () => {
    const stage = await openStage();
    const second = await openFor(stage.env, 'v2 SDK in the 2026 era');
    const csv = customersCsv(500);
    // A blank line more is another content: two jobs, and the second finds what the first made.
    const paths = await Promise.all([
      putFile(stage.home, 'a.csv', csv),
      putFile(stage.home, 'b.csv', `${csv}\n`),
    ]);
    const ids = await Promise.all(
      [stage.connection, second].map((connection, index) =>
        startJob(connection, { filePath: paths[index] }),
      ),
    );
    const jobs = await Promise.all(ids.map((id) => jobAtEnd(stage.connection, id)));
    expect(jobs.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const made = jobs.map(({ outcomes }) => outcomes.created).sort((left, right) => left - right);
    expect(made).toEqual([0, 500]);
    expect(await contactsOf(stage.sandbox)).toHaveLength(500);
  });
});
