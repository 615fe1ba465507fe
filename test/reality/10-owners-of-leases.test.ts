/** Two processes that do not see each other's numbers do not take each other for dead. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isDead, processIdentity } from '../../src/jobs/engine/process-identity.js';

/** The program that opens a namespace, of the machine and of no package. */
const PROGRAM = 'unshare';
const UNSHARE = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
/** The built module: a process of its own cannot read TypeScript. */
const OWNER = path.resolve(import.meta.dirname, '../../dist/jobs/engine/process-identity.js');

/** Whether this machine lets us have a namespace of process numbers, as a container has. */
function hasNamespaces(): boolean {
  try {
    execFileSync(PROGRAM, [...UNSHARE, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Says its own name in leases, then judges each name that it is told, a line for a line. */
const JUDGE = `
  import { createInterface } from 'node:readline';
  const { isDead, processIdentity } = await import(process.argv[1]);
  console.log(processIdentity('n'));
  for await (const line of createInterface({ input: process.stdin })) console.log(isDead(line));
`;

interface Judge {
  readonly name: string;
  readonly judges: (name: string) => Promise<boolean>;
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error('the process ended');
  return next.value;
}

/** A living process that has numbers of its own, under the same host name and boot. */
async function startApart(): Promise<Judge> {
  const node = [process.execPath, '--input-type=module', '--eval', JUDGE, OWNER];
  const child: ChildProcess = spawn(PROGRAM, [...UNSHARE, '--kill-child', ...node], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new TypeError('no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const name = await nextLine(lines);
  return {
    name,
    judges: async (other) => {
      stdin.write(`${other}\n`);
      return (await nextLine(lines)) === 'true';
    },
  };
}

describe.runIf(hasNamespaces())('a process in a namespace of its own', () => {
  it('is not taken for dead by us while it lives', async () => {
    const { name } = await startApart();
    expect(isDead(name)).toBe(false);
  });

  it('does not take us for dead while we live', async () => {
    const { judges } = await startApart();
    expect(await judges(processIdentity('here'))).toBe(false);
  });

  it('does not take another one of its kind for dead', async () => {
    const [one, other] = [await startApart(), await startApart()];
    expect([await one.judges(other.name), await other.judges(one.name)]).toEqual([false, false]);
  });
});
