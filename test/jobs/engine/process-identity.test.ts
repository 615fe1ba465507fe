/** Whether the process that holds a claim still lives: certain, or else it does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isDead, processIdentity } from '../../../src/jobs/engine/process-identity.js';

const [HOST, BOOT, PID, START, NAMESPACE] = [0, 1, 2, 3, 5] as const;

function withPart(name: string, index: number, part: string): string {
  return name.split('|').with(index, part).join('|');
}

describe('the name of this process', () => {
  it('is that of a living one, and different for each nonce', () => {
    expect(isDead(processIdentity('a'))).toBe(false);
    expect(processIdentity('a')).not.toBe(processIdentity('b'));
  });

  it('is dead with another start under the same number', () => {
    expect(isDead(withPart(processIdentity('a'), START, '1'))).toBe(true);
  });

  it('is dead whatever its machine is called by now', () => {
    const renamed = withPart(processIdentity('a'), HOST, 'another-host');
    expect(isDead(renamed)).toBe(false);
    expect(isDead(withPart(renamed, START, '1'))).toBe(true);
  });

  it.each([
    ['another boot: it may be another machine of that name', BOOT, 'another-boot'],
    ['a boot that is not known', BOOT, ''],
    ['another pid namespace: a container of that name', NAMESPACE, 'pid:[1]'],
    ['a pid namespace that is not known', NAMESPACE, ''],
    ['a number that is none', PID, ''],
  ])('lives for all that is known with %s', (_case, index, part) => {
    const dead = withPart(processIdentity('a'), START, '1');
    expect(isDead(dead)).toBe(true);
    expect(isDead(withPart(dead, index, part))).toBe(false);
  });

  it('lives when its start is not known', () => {
    expect(isDead(withPart(processIdentity('a'), START, ''))).toBe(false);
  });

  it('of an earlier version, without a namespace, is nobody dead', () => {
    const earlier = withPart(processIdentity('a'), START, '1')
      .split('|')
      .slice(0, NAMESPACE)
      .join('|');
    expect(isDead(earlier)).toBe(false);
  });

  it('that makes no sense is nobody dead', () => {
    expect(isDead('')).toBe(false);
    expect(isDead('somebody')).toBe(false);
    expect(isDead(`${processIdentity('a').split('|')[0] ?? ''}|boot`)).toBe(false);
  });
});

describe('another process', () => {
  it('lives until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    await once(child, 'spawn');
    const name = withPart(processIdentity('x'), PID, String(child.pid));
    const ended = once(child, 'exit');
    const stat = await readFile(`/proc/${String(child.pid)}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    const own = withPart(name, START, start);
    expect(isDead(own)).toBe(false);
    child.kill('SIGKILL');
    await ended;
    expect(isDead(own)).toBe(true);
    // A container that does not see it cannot know.
    expect(isDead(withPart(own, NAMESPACE, 'pid:[1]'))).toBe(false);
  });
});
