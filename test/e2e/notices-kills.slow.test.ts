/** The HTTP server is killed again and again while jobs end; every end reaches a receiver that fails, hangs and loses answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openReceiver, type Answer, type Received } from '../notices/support/receiver.js';
import { connectOver } from '../server/http/support/clients.js';
import { bearer, send } from '../server/http/support/raw.js';
import { exitOf } from '../support/sandbox-process.js';
import type { Connection } from '../support/stdio-clients.js';
import { openHttpStage, type Company, type HttpProcess } from './http-stage.js';
import { customersCsv, eventually, jobAtEnd, startJob } from './stage.js';

const LONG_MS = 600_000;
const [KILLS, JOBS_PER_LIFE, ROWS] = [10, 3, 4];
const HANGS_MAX = 3;
/** The moments of the kills after the last start of a life, spread over the ends of its jobs. */
const KILL_AFTER_MS = [0, 20, 60, 110, 170, 240, 320, 410, 510, 700];

interface Tenant {
  readonly company: Company;
  readonly mark: string;
  readonly key: string;
  readonly webhookId: string;
  readonly secret: string;
  readonly path: string;
  readonly jobIds: string[];
}

interface Delivered {
  readonly eventId: string;
  readonly event: string;
  readonly jobId: string;
  readonly status: string;
}

async function connectionOf({ url }: HttpProcess, key: string): Promise<Connection> {
  return { ...(await connectOver(`${url}/mcp`, key, 'v1 SDK')), stderrLines: [] };
}

/** The first try of two ends of three fails: with 500, with a lost answer, or (a few) with none at all. */
function unruly(): (received: Received) => Answer {
  const tries = new Map<string, number>();
  let [ends, hangs] = [0, 0];
  return ({ id }) => {
    const count = (tries.get(id) ?? 0) + 1;
    tries.set(id, count);
    if (count > 1) return 204;
    ends += 1;
    if (ends % 3 === 0) return 204;
    if (ends % 3 === 1) return 500;
    hangs += 1;
    return hangs <= HANGS_MAX ? 'hang' : 'cut';
  };
}

async function deliveriesOf({ url }: HttpProcess, { key, webhookId }: Tenant) {
  const path = `${url}/api/v1/webhooks/${webhookId}/deliveries?limit=200`;
  const { json } = await send(path, { headers: bearer(key) });
  return (json?.['deliveries'] ?? []) as Delivered[];
}

/** Starts jobs, and kills the server while they end. */
async function liveAndDie(server: HttpProcess, tenants: readonly Tenant[], kill: number) {
  for (const { key, mark, jobIds } of tenants) {
    const client = await connectionOf(server, key);
    for (let no = 0; no < JOBS_PER_LIFE; no += 1) {
      const csvContent = customersCsv(ROWS, `${mark}${String(kill)}x${String(no)}x`);
      jobIds.push(await startJob(client, { csvContent }));
    }
  }
  await sleep(KILL_AFTER_MS[kill % KILL_AFTER_MS.length]);
  server.child.kill('SIGKILL');
  await exitOf(server.child);
  expect(server.child.signalCode).toBe('SIGKILL');
}

it(
  'ten kills lose no end of a job and make up none, and each is one webhook-id',
  async () => {
    const receiver = await openReceiver(unruly());
    const stage = await openHttpStage({ env: { BULK_WEBHOOKS_LOCAL: 'on' } });
    let server = await stage.serve();
    const tenants: Tenant[] = [];
    for (const [company, mark] of [
      [stage.alfa, 'A'],
      [stage.beta, 'B'],
    ] as const) {
      const { key } = await stage.keyFor('admin', company.organizationId);
      const path = `/hook-${mark}`;
      const { json } = await send(`${server.url}/api/v1/webhooks`, {
        method: 'POST',
        headers: { ...bearer(key), 'content-type': 'application/json' },
        body: JSON.stringify({ url: receiver.url.replace('/hook', path) }),
      });
      const { id: webhookId, secret } = json as { id: string; secret: string };
      receiver.trust(secret);
      tenants.push({ company, mark, key, webhookId, secret, path, jobIds: [] });
    }
    for (let kill = 0; kill < KILLS; kill += 1) {
      await liveAndDie(server, tenants, kill);
      server = await stage.serve();
    }
    for (const tenant of tenants) {
      const client = await connectionOf(server, tenant.key);
      for (const jobId of tenant.jobIds) {
        expect(await jobAtEnd(client, jobId)).toMatchObject({ status: 'completed' });
      }
      const ended = async (): Promise<Delivered[] | null> => {
        const deliveries = await deliveriesOf(server, tenant);
        return deliveries.every(({ status }) => status === 'delivered') ? deliveries : null;
      };
      const deliveries = await eventually('all deliveries', ended, LONG_MS / 2);
      const told = deliveries.map(({ jobId, event }) => `${event} ${jobId}`);
      expect(told.sort()).toEqual(tenant.jobIds.map((id) => `job.completed ${id}`).sort());
      const received = receiver.received.filter(({ path }) => path === tenant.path);
      const ids = [...new Set(received.map(({ id }) => id))];
      expect(ids.sort()).toEqual(deliveries.map(({ eventId }) => eventId).sort());
      expect(new Set(received.map(({ id, body }) => `${id} ${body}`)).size).toBe(ids.length);
    }
    // Some were tried again, or the receiver would have proved nothing.
    const all = receiver.received.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(new Set(all).size);
    process.stdout.write(
      `${String(new Set(all).size)} ends, ${String(all.length)} requests after ${String(KILLS)} kills\n`,
    );
  },
  LONG_MS,
);
