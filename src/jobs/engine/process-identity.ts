/** The name of a process in leases, and the check that a named process of this machine is dead. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The parsed name `host|boot|pid|start|nonce|namespace`. A pid may be reused, so the start time under one
 * boot is needed too. Both mean something only within one pid namespace.
 */
interface Owner {
  readonly boot: string;
  readonly pid: number;
  readonly start: string;
  /** '': not part of the name, as in earlier versions, or not known on that system. */
  readonly namespace: string;
}

const STAT_START_FIELD = 19;

/** '' if there is no such file. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** The pid namespace of this process; '' if `/proc` belongs to another namespace. */
function pidNamespace(): string {
  return readLink('/proc/self') === String(process.pid) ? readLink('/proc/self/ns/pid') : '';
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id');
}

/** Start of the process in clock ticks after boot; null: no such process; '': not known on this system. */
function startOf(pid: number): string | null {
  const stat = readText(`/proc/${String(pid)}/stat`);
  // The second field may hold blanks and brackets; the rest begins after its last bracket.
  if (stat !== '') return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STAT_START_FIELD] ?? '';
  return isRunning(pid) ? '' : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A refused signal (EPERM) proves that the process exists.
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

/** True if the named process belongs to this boot and this pid namespace, so its pid can be checked here. */
function isCheckableHere({ boot, pid, start, namespace }: Owner): boolean {
  const isComplete =
    boot !== '' && namespace !== '' && start !== '' && Number.isInteger(pid) && pid > 0;
  return isComplete && boot === bootId() && namespace === pidNamespace();
}

/**
 * True only if it is certain that the process is dead: it belongs to this boot and this pid namespace, and
 * its pid is gone or belongs to another process. In all other cases it is not certain: two containers or
 * machines may share a host name. After a restart of the machine the lease expires by itself.
 */
export function isDead(name: string): boolean {
  const owner = parseOwner(name);
  if (owner === null || !isCheckableHere(owner)) return false;
  const start = startOf(owner.pid);
  return start === null || (start !== '' && start !== owner.start);
}
