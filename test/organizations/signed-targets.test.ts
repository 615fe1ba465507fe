// Signed addresses open for their time, with the keys of the ring, and only as they were signed.
import { describe, expect, it } from 'vitest';
import type { DownloadTarget } from '../../src/model/web-file.js';
import { KeyRing } from '../../src/organizations/key-ring.js';
import { SignedTargets } from '../../src/organizations/signed-targets.js';
import { FakeClock } from '../support/fake-clock.js';

const REPORT: DownloadTarget = {
  kind: 'report',
  organizationId: 'alfa',
  jobId: 'j1',
  scope: 'all',
  dialect: 'da',
  format: 'csv',
};
const EXPORT: DownloadTarget = { kind: 'export', organizationId: 'alfa', filename: 'a.csv' };
const [KEY_A, KEY_B] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

function signer(...keys: readonly Buffer[]) {
  const clock = new FakeClock(1_790_000_000_000);
  return { clock, targets: new SignedTargets(() => new KeyRing(keys, clock), clock) };
}

describe('a signed target', () => {
  it.each([REPORT, EXPORT])('opens as it was signed, for 15 minutes: %j', async (target) => {
    const { clock, targets } = signer(KEY_A);
    const signed = targets.sign(target);
    expect(signed).toMatch(/^[\w-]+\.[\w-]{43}$/);
    await clock.advance(15 * 60_000 - 1);
    expect(targets.open(signed)).toEqual(target);
    await clock.advance(1);
    expect(targets.open(signed)).toBeNull();
  });

  it('opens while its key is in the ring', () => {
    const signed = signer(KEY_A).targets.sign(EXPORT);
    expect(signer(KEY_B, KEY_A).targets.open(signed)).toEqual(EXPORT);
    expect(signer(KEY_B).targets.open(signed)).toBeNull();
  });

  it('opens in no other form', () => {
    const { targets } = signer(KEY_A);
    const [text = '', signature = ''] = targets.sign(EXPORT).split('.');
    const other = { expiresAtMs: 9e15, target: EXPORT };
    const forged = Buffer.from(JSON.stringify(other)).toString('base64url');
    const bare = Buffer.from(JSON.stringify({ ...other, key: KEY_A.toString() })).toString('hex');
    for (const signed of [
      ...['', '.', text, `${text}.`, `.${signature}`, `${text}.${signature}.x`],
      ...[`${forged}.${signature}`, `${text}.${signature.slice(1)}`, `${bare}.${signature}`],
      `${text.slice(0, -1)}.${signature}`,
    ]) {
      expect(targets.open(signed), signed).toBeNull();
    }
  });

  it('is signed by a key of its own, not by that of the tokens', () => {
    const clock = new FakeClock(0);
    const [derived] = new KeyRing([KEY_A], clock).derive('download address');
    const [another] = new KeyRing([KEY_A], clock).derive('another');
    expect(derived).toHaveLength(32);
    expect(derived?.equals(KEY_A)).toBe(false);
    expect(derived?.equals(another ?? KEY_A)).toBe(false);
  });
});
