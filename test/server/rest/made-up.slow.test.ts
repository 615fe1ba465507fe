// Ten thousand requests made up from the OpenAPI document, to the built server: each gets a clear answer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHttpStage, type HttpProcess, type HttpStage } from '../../e2e/http-stage.js';
import { send, type RawAnswer } from '../http/support/raw.js';
import { importOf, restAt } from './support/rest-office.js';
import { requestsOf, type MadeRequest } from './support/requests-of-document.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);
const SEED = 20_261_130;
const AT_ONCE = 16;
const LONG_MS = 1_200_000;
const WRONG_KEY = `bbk_${'x'.repeat(32)}`;

interface Sent {
  readonly faults: readonly string[];
  /** The route; null: it refused the request. */
  readonly reached: string | null;
}

/** MCP has its own test, and the removal of the organization would end this one. */
const LEFT_OUT = ['/mcp', '/mcp/{organizationId}', '/api/v1/organizations/{id}'];

/** Why an answer is not as it should be; null: it is. */
function faultIn({ status, text, json, headers }: RawAnswer, request: MadeRequest): string | null {
  const isOfBilly = status === 502 && json?.['code'] === 'BILLY_AUTH';
  // A made-up access token is asked about at Billy.
  if (isOfBilly && request.pattern === '/api/v1/organizations') return null;
  if (status >= 500) return `status ${String(status)}`;
  if (status < 400) return null;
  const type = String(headers['content-type']);
  // Node itself refuses what is no HTTP.
  if (status === 400 && text === '') return null;
  if (!type.startsWith('application/problem+json')) return `${type} ${text.slice(0, 200)}`;
  const { code, hint, detail } = json ?? {};
  const isClear = [code, hint, detail].every((each) => typeof each === 'string' && each !== '');
  return isClear ? null : text.slice(0, 300);
}

interface Ground {
  readonly stage: HttpStage;
  readonly server: HttpProcess;
  /** Of a viewer, an operator and an admin of the first company. */
  readonly keys: readonly string[];
  readonly secrets: readonly string[];
  readonly made: readonly MadeRequest[];
}

/** A server with a few jobs, and requests that name them now and then. */
async function openGround(): Promise<Ground> {
  const stage = await openHttpStage({ env: { BULK_CALLER_RATE: 'unlimited' } });
  const { alfa, beta } = stage;
  const roles = ['viewer', 'operator', 'admin'];
  const made = await Promise.all(roles.map((role) => stage.keyFor(role, alfa.organizationId)));
  const keys = made.map(({ key }) => key);
  const server = await stage.serve();
  const admin = restAt(server.url, keys[2] ?? '');
  const names = ['Øst', 'Vest', 'Midt', 'Nord', 'Syd', 'Sydvest'];
  const ids = await Promise.all(names.map((name) => importOf({ alfa }, admin, [name, ''])));
  const items = await admin('GET', `/api/v1/jobs/${ids[0] ?? ''}/items?limit=1`);
  const document = (await admin('GET', '/api/v1/openapi.json')).json ?? {};
  const known = {
    ...{ id: ids, jobId: ids, dryRunJobId: ids },
    organizationId: [alfa.organizationId, beta.organizationId],
    cursor: [String(items.json?.['nextCursor'])],
    csvContent: ['name\nA\n', 'name;cvr\nB;13748136\n'],
  };
  const requests = requestsOf(document, { known, leftOut: LEFT_OUT });
  return {
    ...{ stage, server, keys },
    secrets: [...keys, alfa.sandbox.token, beta.sandbox.token],
    made: fc.sample(requests, { numRuns: RUNS, seed: SEED }),
  };
}

/** Sends the request as one of the callers, and returns what is wrong with the answer. */
async function faultsOf(ground: Ground, request: MadeRequest, nth: number): Promise<Sent> {
  const { stage, server, keys, secrets } = ground;
  // Wrong keys are few, or they would be refused by their number alone.
  const key = nth % 400 === 0 ? WRONG_KEY : (keys[nth % keys.length] ?? '');
  const answer = await send(`${server.url}${request.path}`, {
    method: request.method as 'GET',
    headers: { authorization: `Bearer ${key}`, ...request.headers },
    ...(request.body === null ? {} : { body: request.body }),
  });
  const { status, text } = answer;
  const fault = faultIn(answer, request);
  const isForeign = status < 400 && text.includes(stage.beta.organizationId);
  const faults = [
    ...(fault === null ? [] : [fault]),
    ...(secrets.some((secret) => text.includes(secret)) ? ['a secret'] : []),
    ...(isForeign ? ['of the other company'] : []),
  ].map((each) => `${each}\n${JSON.stringify(request).slice(0, 600)}`);
  return { faults, reached: status < 300 ? `${request.method} ${request.pattern}` : null };
}

describe('requests made up from the document', () => {
  it(
    'get a clear answer each, leak nothing and leave the server alive',
    async () => {
      const ground = await openGround();
      const { server, made, secrets } = ground;
      const faults: string[] = [];
      const reached = new Map<string, number>();
      for (let from = 0; from < made.length; from += AT_ONCE) {
        const some = made.slice(from, from + AT_ONCE);
        const sent = await Promise.all(
          some.map((request, nth) => faultsOf(ground, request, from + nth)),
        );
        faults.push(...sent.flatMap((each) => each.faults));
        for (const name of sent.flatMap((each) => each.reached ?? [])) {
          reached.set(name, (reached.get(name) ?? 0) + 1);
        }
      }
      process.stdout.write(`${JSON.stringify(Object.fromEntries(reached))}\n`);
      expect(faults.slice(0, 20)).toEqual([]);
      expect(server.child.exitCode).toBeNull();
      expect((await send(`${server.url}/health/ready`)).status).toBe(200);
      const log = server.stderrLines.join('\n');
      expect(log).not.toContain('"event":"bug"');
      for (const secret of secrets) expect(log).not.toContain(secret);
      // The requests reached what they were to reach.
      for (const route of ['POST /api/v1/jobs', 'POST /api/v1/inspections', 'GET /api/v1/jobs']) {
        expect(reached.get(route) ?? 0, route).toBeGreaterThan(RUNS / 4000);
      }
    },
    LONG_MS,
  );
});
