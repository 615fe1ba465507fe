/** Which process holds a claim, and whether that process still lives on this machine. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** `host|boot|pid|start|nonce`: a pid alone may be used again, a start time under one boot is not. */
interface Owner {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly start: string;
}

const STAT_START_FIELD = 19;

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id') ?? '';
}

/** Clock ticks after boot at which the process began; null: no such process, '': not told here. */
function startOf(pid: number): string | null {
  const stat = readText(`/proc/${String(pid)}/stat`);
  // The second field may hold blanks and brackets; the rest begins after its last bracket.
  if (stat !== null)
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STAT_START_FIELD] ?? '';
  return isRunning(pid) ? '' : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The name of this process in leases. */
export function ownerName(nonce: string): string {
  return [hostname(), bootId(), process.pid, startOf(process.pid) ?? '', nonce].join('|');
}

function parseOwner(name: string): Owner | null {
  const [host, boot, pid, start] = name.split('|');
  if (host === undefined || boot === undefined || start === undefined) return null;
  return { host, boot, pid: Number(pid), start };
}

/** True only when it is certain: the same machine, and the process is gone or another one by now. */
export function isDead(name: string): boolean {
  const owner = parseOwner(name);
  if (owner?.host !== hostname()) return false;
  if (owner.boot !== bootId()) return true;
  const start = startOf(owner.pid);
  if (start === null) return true;
  return owner.start !== '' && start !== '' && start !== owner.start;
}
