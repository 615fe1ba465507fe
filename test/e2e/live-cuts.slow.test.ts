// Streams that are cut a hundred times while jobs run, resumed at either of two servers on one data folder.
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { openEvents, type LiveEvent } from '../server/live/support/event-stream.js';
import { ask, bearer, send } from '../server/http/support/raw.js';
import { openHttpStage } from './http-stage.js';

const CUTS = 100;
const LONG_MS = 240_000;
const ROWS = 2500;
/** Shorter and longer than the time between two looks for changes. */
const OPEN_MS = [5, 40, 90, 160, 300] as const;

function csv(mark: string): string {
  return `name\n${Array.from({ length: ROWS }, (_, no) => `${mark} ${String(no)}`).join('\n')}\n`;
}

interface Called {
  readonly jobId?: string;
  readonly job?: JobView;
}

/** A client with one place in the events, wherever it is connected. */
class Resuming {
  readonly #headers: Readonly<Record<string, string>>;
  readonly events: LiveEvent[] = [];
  #last: number | null = null;

  constructor(key: string) {
    this.#headers = bearer(key);
  }

  /** Is connected until the time is over or the server ends the stream; true: it has ended. */
  async listen(url: string, ms: number): Promise<boolean> {
    const own = this.#last === null ? {} : { 'last-event-id': String(this.#last) };
    const stream = await openEvents(url, { ...this.#headers, ...own });
    expect(stream.status).toBe(200);
    const timer = setTimeout(() => {
      stream.close();
    }, ms);
    await stream.closed;
    clearTimeout(timer);
    for (const event of stream.events) {
      if (event.event === 'end') return true;
      if (this.#last !== null) expect(event.id).toBeGreaterThan(this.#last);
      this.#last = event.id;
      this.events.push(event);
    }
    return false;
  }

  of(jobId: string): JobView[] {
    return this.events.map(({ job }) => job).filter(({ id }) => id === jobId);
  }
}

/** The order of a run and its rollback. */
const STATUSES = [
  'pending',
  'validating',
  'processing',
  'completed',
  'rolling_back',
  'rolled_back',
];

function expectForward(states: readonly JobView[]): void {
  const steps = states.map(({ status }) => STATUSES.indexOf(status));
  expect(steps).not.toContain(-1);
  expect(steps).toEqual(steps.toSorted((left, right) => left - right));
  const processed = states.map(({ processedItems }) => processedItems);
  expect(processed).toEqual(processed.toSorted((left, right) => left - right));
  const reversed = states.map(({ rollback }) => rollback?.reversed ?? 0);
  expect(reversed).toEqual(reversed.toSorted((left, right) => left - right));
}

describe('a stream that is cut and resumed a hundred times', () => {
  it(
    'misses no state and never goes backwards, whichever process does the work',
    async () => {
      const stage = await openHttpStage({
        env: { BILLY_RATE_LIMIT: '250/s', BULK_CALLER_RATE: 'unlimited', BULK_LOG_LEVEL: 'warn' },
      });
      const { alfa, beta } = stage;
      const { key } = await stage.keyFor('operator', 'all');
      const servers = [await stage.serve(), await stage.serve()];
      const urlOf = (turn: number): string => servers[turn % servers.length]?.url ?? '';
      const call = async (name: string, args: Record<string, unknown>): Promise<Called> => {
        const message = { method: 'tools/call', params: { name, arguments: args } };
        const { json } = await ask(`${urlOf(0)}/mcp`, bearer(key), message);
        return (json?.['result'] as { structuredContent: Called }).structuredContent;
      };
      const start = async (organizationId: string, mark: string): Promise<string> => {
        const args = { csvContent: csv(mark), organizationId };
        return (await call('import_customers_csv', args)).jobId ?? '';
      };
      const jobIds = [
        await start(alfa.organizationId, 'Alfa'),
        await start(beta.organizationId, 'Beta'),
      ];
      const [first = '', second = ''] = jobIds;
      const [all, one] = [new Resuming(key), new Resuming(key)];
      for (let turn = 0; turn < CUTS; turn += 1) {
        const ms = OPEN_MS[turn % OPEN_MS.length] ?? 0;
        await Promise.all([
          all.listen(`${urlOf(turn)}/api/v1/events`, ms),
          one.listen(`${urlOf(turn + 1)}/api/v1/jobs/${first}/events`, ms),
        ]);
      }
      // The load lasted as long as the cuts.
      expect(all.of(first).length).toBeGreaterThan(20);
      while (!(await one.listen(`${urlOf(0)}/api/v1/jobs/${first}/events`, LONG_MS)));
      await call('rollback_job', { jobId: second });
      while (all.of(second).at(-1)?.status !== 'rolled_back') {
        await all.listen(`${urlOf(all.events.length)}/api/v1/events`, 700);
      }
      for (const [client, jobId] of [
        [one, first],
        [all, first],
        [all, second],
      ] as const) {
        expectForward(client.of(jobId));
        const { job } = await call('get_bulk_job_status', { jobId, waitSeconds: 0 });
        expect(client.of(jobId).at(-1)).toEqual(job);
      }
      expect(one.of(first).at(-1)).toMatchObject({ status: 'completed', successfulItems: ROWS });
      expect(all.of(second).at(-1)?.rollback).toMatchObject({ reversed: ROWS });
      for (const { url } of servers) expect((await send(`${url}/health/ready`)).status).toBe(200);
    },
    LONG_MS,
  );
});
