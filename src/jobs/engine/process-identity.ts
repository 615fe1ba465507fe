/** Which process holds a claim, and whether that process still lives on this machine. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * `host|boot|pid|start|nonce|namespace`: a pid alone may be used again, a start time under one boot is not,
 * and both mean something only to processes that count alike, in one pid namespace.
 */
interface Owner {
  readonly boot: string;
  readonly pid: number;
  readonly start: string;
  /** '': it was not told, as by earlier versions, or cannot be known there. */
  readonly namespace: string;
}

const STAT_START_FIELD = 19;

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Whose numbers `/proc` shows, if they are those by which this process knows itself; else ''. */
function pidNamespace(): string {
  return readLink('/proc/self') === String(process.pid) ? readLink('/proc/self/ns/pid') : '';
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
    // Whoever may not signal it knows that it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The name of this process in leases. */
export function processIdentity(nonce: string): string {
  const start = startOf(process.pid) ?? '';
  return [hostname(), bootId(), process.pid, start, nonce, pidNamespace()].join('|');
}

function parseOwner(name: string): Owner | null {
  const [, boot, pid, start, , namespace = ''] = name.split('|');
  if (boot === undefined || start === undefined) return null;
  return { boot, pid: Number(pid), start, namespace };
}

/** Both under one boot of one machine, and each in the other's count. */
function isCountedHere({ boot, pid, start, namespace }: Owner): boolean {
  const isTold =
    boot !== '' && namespace !== '' && start !== '' && Number.isInteger(pid) && pid > 0;
  return isTold && boot === bootId() && namespace === pidNamespace();
}

/**
 * True only when it is certain: a process of this boot and this pid namespace that is gone, or another one
 * by now. Nothing else is: two containers or machines may share a host name, and after a restart of the
 * machine the lease runs out by itself.
 */
export function isDead(name: string): boolean {
  const owner = parseOwner(name);
  if (owner === null || !isCountedHere(owner)) return false;
  const start = startOf(owner.pid);
  return start === null || (start !== '' && start !== owner.start);
}
