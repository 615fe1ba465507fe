/** How a peer tells what it cost: one line of JSON on stdout. Start-up does not count, but its memory does. */
import { readFileSync } from 'node:fs';

/** What any peer tells. */
export interface PeerCost {
  readonly rows: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const US_PER_MS = 1000;
const KIB_PER_MIB = 1024;

/** Arguments of the process, the script's own path left out. */
export function given(): readonly string[] {
  return process.argv.slice(2);
}

/** Not getrusage's: that one begins at the size of the process that started this one. */
function peakMiB(): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / KIB_PER_MIB;
}

/** Runs the work, which answers how many rows it was. */
export async function costOf(work: () => Promise<number>): Promise<PeerCost> {
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  const rows = await work();
  const { user, system } = process.cpuUsage(before);
  return {
    rows,
    ms: performance.now() - startedMs,
    cpuMs: (user + system) / US_PER_MS,
    peakMiB: peakMiB(),
  };
}

/** Runs the work and prints its cost. */
export async function tellCost(work: () => Promise<number>): Promise<void> {
  process.stdout.write(`${JSON.stringify(await costOf(work))}\n`);
}
