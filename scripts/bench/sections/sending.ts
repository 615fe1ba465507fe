/** Single writes at the same allowed rate: the usual way, p-queue without a plan, and this; then the throttle alone. */
import type { LoggedRequest } from '../../../src/sandbox/account/request-log.js';
import { startSandboxProcess, type SandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atLeast, type Figure, type Findings } from '../figures.js';
import { runPeer } from '../peer.js';
import { runImport, startServer } from '../server.js';
import { measureThrottle } from './throttle.js';

const PER_SECOND = 20;
/** A little more than allowed: arrivals are never as even as sends, but who goes beyond is told so. */
const REFUSED_ABOVE = 22;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const SHARE_LEAST = 98;

/** What one way of sending came to. */
interface Sent {
  readonly rowsPerMinute: number;
  readonly requestsPerRow: number;
  readonly sharePercent: number;
  readonly refused: number;
  readonly mostPerSecond: number;
  readonly cpuMsPerRow: number;
  readonly peakMiB: number;
}

/** Records a minute between the first and the last write; by requests, since each takes its place in time. */
export function perMinute(requests: readonly LoggedRequest[]): number {
  const times = requests.map(({ timeMs }) => timeMs);
  const spanMs = (times.at(-1) ?? 0) - (times.at(0) ?? 0);
  return ((times.length - 1) * MINUTE_MS) / spanMs;
}

async function sentTo(
  sandbox: SandboxProcess,
  cost: { cpuMs: number; peakMiB: number },
): Promise<Sent> {
  const posts = (await sandbox.requests()).filter(({ method }) => method === 'POST');
  const saved = posts.filter(({ status }) => status === 200).length;
  const requestsPerMinute = perMinute(posts);
  const { maxPerSecond, tooMany } = await sandbox.counters();
  return {
    rowsPerMinute: (requestsPerMinute * saved) / posts.length,
    requestsPerRow: posts.length / saved,
    sharePercent: (100 * requestsPerMinute * SECOND_MS) / (PER_SECOND * MINUTE_MS),
    refused: tooMany,
    mostPerSecond: maxPerSecond,
    cpuMsPerRow: cost.cpuMs / saved,
    peakMiB: cost.peakMiB,
  };
}

/** A sandbox of its own for each way, so that its log tells of that way alone. */
async function onSandbox(send: (sandbox: SandboxProcess) => Promise<Sent>): Promise<Sent> {
  const flags = ['--latency', '--rate-limit', `${String(REFUSED_ABOVE)}/s`];
  const sandbox = await startSandboxProcess(flags);
  try {
    return await send(sandbox);
  } finally {
    await sandbox.stop();
  }
}

async function sendByPeer(bench: Bench, name: string, rows: number): Promise<Sent> {
  bench.say(`sending: ${String(rows)} rows by ${name}`);
  const file = await bench.customers(rows);
  return onSandbox(async (sandbox) => {
    const { url, token } = sandbox;
    const parameters = [url, token, file, String(rows), String(PER_SECOND)];
    return sentTo(sandbox, await runPeer(name, parameters));
  });
}

async function sendByUs(bench: Bench): Promise<Sent> {
  const { sent } = bench.sizes;
  bench.say(`sending: ${String(sent)} rows by this`);
  const filePath = await bench.customers(sent);
  return onSandbox(async (sandbox) => {
    const server = await startServer(sandbox, {
      BILLY_RATE_LIMIT: `${String(PER_SECOND)}/s`,
      // Rate times latency is two requests in flight: what is tested is the rate.
      BILLY_MAX_CONCURRENT: '8',
      BULK_ALLOWED_DIRS: bench.folder,
    });
    const run = await runImport(server, filePath, bench.say);
    await server.close();
    return sentTo(sandbox, run);
  });
}

function figuresOf(ours: Sent, peer: Sent, peerName: string): Figure[] {
  const lines: readonly [string, keyof Sent][] = [
    ['rows a minute', 'rowsPerMinute'],
    ['requests a row', 'requestsPerRow'],
    ['% of the allowed rate used', 'sharePercent'],
    [`most requests in a second (allowed: ${String(PER_SECOND)})`, 'mostPerSecond'],
    ['refused with 429', 'refused'],
    ['CPU ms a row', 'cpuMsPerRow'],
    ['peak MiB', 'peakMiB'],
  ];
  return lines.map(([what, name]) => ({ what, ours: ours[name], peer: peer[name], peerName }));
}

export async function measureSending(bench: Bench): Promise<Findings> {
  const usual = await sendByPeer(bench, 'usual-way', bench.sizes.sentUsual);
  const queued = await sendByPeer(bench, 'queue-of-calls', bench.sizes.sent);
  const ours = await sendByUs(bench);
  const limit = 'single writes, % of the rows a minute that the limit allows (at least 98)';
  const throttle = await measureThrottle(bench);
  const share = (100 * ours.rowsPerMinute * SECOND_MS) / (PER_SECOND * MINUTE_MS);
  return {
    figures: [
      ...figuresOf(ours, usual, 'ten at a time, then a second'),
      ...figuresOf(ours, queued, 'p-queue, no plan'),
      ...throttle.figures,
    ],
    checks: [atLeast(limit, share, { least: SHARE_LEAST, unit: '%' }), ...throttle.checks],
  };
}
