/** The command `doctor`: prints what the checks found; the exit code is 1 if any failed. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { systemClock } from '../core/clock.js';
import { runDoctor } from '../doctor/doctor.js';
import type { ProbeOrder } from '../doctor/probe-order.js';
import { settingFlags, type Flags } from './flags.js';
import type { Host } from './host.js';
import { firstStop } from './stop-signals.js';

/** True for a typed `yes`; the end of input and Ctrl-C mean no. */
function askPerson(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once('close', () => {
      resolve(false);
    });
    terminal.question(`${question}\nType yes to continue: `, (answer) => {
      resolve(answer.trim() === 'yes');
      terminal.close();
    });
  });
}

/** The flag is the consent; at a terminal the person is asked too. */
function probeOrder(): ProbeOrder {
  const hasPerson = process.stdin.isTTY && process.stdout.isTTY;
  return {
    confirm: (question) => (hasPerson ? askPerson(question) : Promise.resolve(true)),
    signal: firstStop(),
  };
}

export async function examine(flags: Flags, host: Host): Promise<void> {
  const isJson = flags['json'] === true;
  const { isWell, json } = await runDoctor({
    sources: { flags: settingFlags(flags), env: host.env },
    cwd: process.cwd(),
    clock: systemClock,
    actor: `${userInfo().username} via doctor`,
    probe: flags['probeWrites'] === true ? probeOrder() : null,
    print: (line) => {
      if (!isJson) process.stdout.write(`${line}\n`);
    },
  });
  if (isJson) process.stdout.write(`${json}\n`);
  if (!isWell) host.setExitCode(1);
}
