/** Whether the process that holds a claim still lives: certain, or else it does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isDead, ownerName } from '../../src/jobs/owner.js';

function withPart(name: string, index: number, part: string): string {
  return name.split('|').with(index, part).join('|');
}

describe('the name of this process', () => {
  it('is that of a living one, and different for each nonce', () => {
    expect(isDead(ownerName('a'))).toBe(false);
    expect(ownerName('a')).not.toBe(ownerName('b'));
  });

  it('is dead with another boot, or another start under the same number', () => {
    expect(isDead(withPart(ownerName('a'), 1, 'another-boot'))).toBe(true);
    expect(isDead(withPart(ownerName('a'), 3, '1'))).toBe(true);
  });

  it('lives when its start is not known, or it is on another machine', () => {
    expect(isDead(withPart(ownerName('a'), 3, ''))).toBe(false);
    const elsewhere = withPart(ownerName('a'), 0, 'another-host');
    expect(isDead(withPart(elsewhere, 1, 'another-boot'))).toBe(false);
  });

  it('that makes no sense is nobody dead', () => {
    expect(isDead('')).toBe(false);
    expect(isDead('somebody')).toBe(false);
    expect(isDead(`${ownerName('a').split('|')[0] ?? ''}|boot`)).toBe(false);
  });
});

describe('another process', () => {
  it('lives until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    await once(child, 'spawn');
    // Its start is left open: what counts here is whether its number is taken.
    const name = withPart(withPart(ownerName('x'), 2, String(child.pid)), 3, '');
    expect(isDead(name)).toBe(false);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(isDead(name)).toBe(true);
  });
});
