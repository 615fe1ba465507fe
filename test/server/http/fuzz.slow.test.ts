// Made-up requests against the built server, byte by byte: each gets a clear answer or a closed connection.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHttpStage, type HttpProcess, type HttpStage } from '../../e2e/http-stage.js';
import { wishes, type Wish } from './support/made-up-requests.js';
import { send } from './support/raw.js';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);
const SEED = 20_261_130;
const AT_ONCE = 16;
const PATIENCE_MS = 20_000;
const LONG_MS = 900_000;
/** What the garbage collector may leave for later, and one large body for each request under way. */
const GROWTH_MIB_MAX = 96;

/** Sends the bytes; what came back until the connection closed, or until a stream had begun. */
function exchange(url: string, { bytes, manner }: Wish): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let heard = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new Error(`no end of ${bytes.subarray(0, 600).toString('latin1')}\n${heard.slice(0, 600)}`),
      );
    }, PATIENCE_MS);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk;
      if (heard.includes('text/event-stream') && /^(?:data|retry): /m.test(heard)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('end', () => socket.end());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(heard);
    });
    socket.write(bytes, () => {
      if (manner === 'half-closed') socket.end();
      if (manner === 'cut') socket.destroy();
    });
  });
}

/** A code of ours or of JSON-RPC; what is no HTTP, or names no valid address, is refused by the status alone. */
function isClear(answer: string): boolean {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const text = rest.join('');
  const isBare = ['', '0'].includes(text) && !/content-type/i.test(head);
  return isBare || /"code":(?:"[A-Z_]+"|-32\d{3})/.test(text);
}

/** Why an answer is not as it should be; null: it is. */
function faultIn(answer: string, { isSound, isHead, isLarge, manner }: Wish): string | null {
  if (answer === '') {
    // Who sends megabytes that nobody reads may lose the answer with the connection.
    const mayBeLost = !isSound || manner !== 'whole' || isLarge;
    return mayBeLost ? null : 'no answer';
  }
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  if (!(status >= 200 && status < 500)) return `status ${String(status)}`;
  if (status < 400 || isHead || isClear(answer)) return null;
  return `no code: ${answer.slice(0, 400)}`;
}

function residentMib({ child }: HttpProcess): number {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function keysOf(stage: HttpStage): Promise<string[]> {
  const { organizationId } = stage.alfa;
  const [viewer, operator] = [
    await stage.keyFor('viewer', organizationId),
    await stage.keyFor('operator', organizationId),
  ];
  return [viewer.key, operator.key];
}

describe('made-up requests', () => {
  it(
    'get a clear answer or a closed connection each, leak nothing, and leave the server as it was',
    async () => {
      const stage = await openHttpStage({
        env: { BULK_CALLER_RATE: 'unlimited', BULK_TRUST_PROXY: '1', BULK_LOG_LEVEL: 'trace' },
      });
      const keys = await keysOf(stage);
      const server = await stage.serve();
      const made = fc.sample(wishes(keys), { numRuns: RUNS, seed: SEED });
      const secrets = [...keys, stage.alfa.sandbox.token, stage.beta.sandbox.token];
      const faults: string[] = [];
      const sizes: number[] = [];
      const answered = new Map<string, number>();
      for (let from = 0; from < made.length; from += AT_ONCE) {
        const some = made.slice(from, from + AT_ONCE);
        const answers = await Promise.all(some.map((wish) => exchange(server.url, wish)));
        for (const [nth, answer] of answers.entries()) {
          const wish = some[nth];
          if (wish === undefined) continue;
          const fault = faultIn(answer, wish);
          if (fault !== null)
            faults.push(`${fault}\n${wish.bytes.subarray(0, 900).toString('latin1')}`);
          if (secrets.some((secret) => answer.includes(secret))) faults.push(`a secret: ${answer}`);
          const kind = answer.slice(9, 12);
          answered.set(kind, (answered.get(kind) ?? 0) + 1);
        }
        sizes.push(residentMib(server));
      }
      const tenth = Math.ceil(sizes.length / 10);
      const [early, late] = [
        Math.max(...sizes.slice(0, 2 * tenth)),
        Math.max(...sizes.slice(-tenth)),
      ];
      process.stdout.write(`${JSON.stringify({ early, late, ...Object.fromEntries(answered) })}\n`);
      expect(faults).toEqual([]);
      expect(late - early).toBeLessThan(GROWTH_MIB_MAX);
      expect(server.child.exitCode).toBeNull();
      expect((await send(`${server.url}/health/ready`)).status).toBe(200);
      const log = server.stderrLines.join('\n');
      for (const secret of secrets) expect(log).not.toContain(secret);
      // Each kind of answer came, so the requests reached what they were to reach.
      for (const kind of ['200', '400', '401', '403', '404', '413', '415']) {
        expect(answered.get(kind) ?? 0, kind).toBeGreaterThan(0);
      }
    },
    LONG_MS,
  );
});
