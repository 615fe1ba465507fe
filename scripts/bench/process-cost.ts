/** What a process has cost so far, as Linux counts it: CPU time of all its threads, and its memory at the highest. */
import { readFileSync } from 'node:fs';

/** USER_HZ, the same on every Linux that Node runs on. */
const TICK_MS = 10;
/** Of `stat` behind the name: utime and stime. */
const [USER, SYSTEM] = [11, 12];
const KIB_PER_MIB = 1024;

export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // The name may hold blanks and brackets; the numbers begin after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * (Number(fields[USER]) + Number(fields[SYSTEM]));
}

function statusMiB(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kib === undefined) throw new Error(`the system does not tell ${name}`);
  return Number(kib) / KIB_PER_MIB;
}

export function peakMiBOf(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

/** The memory that the process takes now. */
export function memoryMiBOf(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}
