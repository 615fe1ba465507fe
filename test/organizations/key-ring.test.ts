// Texts sealed by the secret keys of the server open for their owner alone, and only as they were sealed.
import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { ConfigError } from '../../src/core/errors.js';
import { KeyRing, type SealedFor } from '../../src/organizations/key-ring.js';

const OWNER: SealedFor = { organizationId: 'alfa', purpose: 'billy-token' };
const TOKEN = 'a-token-of-Billy-0123456789abcdef';
const KEY_A = Buffer.alloc(32, 1);
const KEY_B = Buffer.alloc(32, 2);

function ringOf(...keys: readonly Buffer[]): KeyRing {
  return new KeyRing(keys, systemClock);
}

function codeOf(open: () => string): string {
  try {
    return `opened: ${open()}`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.hint).toContain('BULK_SECRET_KEY');
    expect(JSON.stringify([error.message, error.hint, error.detail])).not.toContain(TOKEN);
    return error.code;
  }
}

/** The same text with one bit of one of its coded parts changed. */
function withBitFlipped(sealed: string, { part, bit }: { part: number; bit: number }): string {
  const parts = sealed.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  bytes[Math.floor(bit / 8)] = (bytes[Math.floor(bit / 8)] ?? 0) ^ (1 << (bit % 8));
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
}

describe('a sealed text', () => {
  it.each(['x', TOKEN, 'æøå €', ''])('opens as it was: %j', (text) => {
    const ring = ringOf(KEY_A);
    const sealed = ring.seal(text, OWNER);
    expect(ring.open(sealed, OWNER)).toBe(text);
    expect(ringOf(KEY_A).open(sealed, OWNER)).toBe(text);
  });

  it('is another one each time, and shows nothing of the text', () => {
    const ring = ringOf(KEY_A);
    const sealed = Array.from({ length: 50 }, () => ring.seal(TOKEN, OWNER));
    expect(new Set(sealed).size).toBe(50);
    const ivs = sealed.map((each) => each.split('.')[2]);
    expect(new Set(ivs).size).toBe(50);
    for (const each of sealed) {
      const bytes = each
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      expect([each, ...bytes].join()).not.toContain(TOKEN.slice(0, 8));
    }
  });

  it('has the documented form: another program with the key can make it', () => {
    const iv = Buffer.alloc(12, 7);
    const cipher = createCipheriv('aes-256-gcm', KEY_A, iv);
    cipher.setAAD(Buffer.from('["alfa","billy-token"]'));
    const text = Buffer.concat([cipher.update(TOKEN), cipher.final()]);
    const keyId = createHash('sha256').update(KEY_A.toString('base64')).digest('hex').slice(0, 8);
    const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'));
    expect(ringOf(KEY_A).open(['v1', keyId, ...parts].join('.'), OWNER)).toBe(TOKEN);
  });

  it('does not open for another organization or another purpose', () => {
    const ring = ringOf(KEY_A);
    const sealed = ring.seal(TOKEN, OWNER);
    const others: SealedFor[] = [
      { ...OWNER, organizationId: 'beta' },
      { ...OWNER, organizationId: '' },
      { ...OWNER, organizationId: 'ALFA' },
      { ...OWNER, purpose: 'webhook-secret' },
      // The border between the two is part of the seal.
      { organizationId: 'alfa","billy', purpose: 'token' as SealedFor['purpose'] },
    ];
    for (const other of others) {
      expect(codeOf(() => ring.open(sealed, other))).toBe('CONFIG_INVALID');
    }
  });

  it('does not open once any single bit of it was changed', () => {
    const ring = ringOf(KEY_A);
    const sealed = ring.seal(TOKEN, OWNER);
    const bitsOf = { 2: 12 * 8, 3: TOKEN.length * 8, 4: 16 * 8 };
    for (const [part, bits] of Object.entries(bitsOf)) {
      for (let bit = 0; bit < bits; bit += 1) {
        const changed = withBitFlipped(sealed, { part: Number(part), bit });
        expect(codeOf(() => ring.open(changed, OWNER))).toBe('CONFIG_INVALID');
      }
    }
  });

  it('does not open with parts of two', () => {
    const ring = ringOf(KEY_A);
    const [one, other] = [ring.seal(TOKEN, OWNER), ring.seal('b'.repeat(TOKEN.length), OWNER)];
    for (const part of [2, 3, 4]) {
      const parts = one.split('.');
      parts[part] = other.split('.')[part] ?? '';
      expect(codeOf(() => ring.open(parts.join('.'), OWNER))).toBe('CONFIG_INVALID');
    }
  });

  it('does not open if it is of another version, cut off, longer, or no sealed text', () => {
    const ring = ringOf(KEY_A);
    const sealed = ring.seal(TOKEN, OWNER);
    const [, ...rest] = sealed.split('.');
    const cut = Array.from({ length: sealed.length }, (_, length) => sealed.slice(0, length));
    const bad = [
      ...cut,
      ['v2', ...rest].join('.'),
      ['V1', ...rest].join('.'),
      ['', ...rest].join('.'),
      rest.join('.'),
      `${sealed}.`,
      `${sealed}.AAAA`,
      `.${sealed}`,
      'v1',
      '....',
      'v1....',
      TOKEN,
    ];
    for (const text of bad) {
      expect([text, codeOf(() => ring.open(text, OWNER))]).toEqual([text, 'CONFIG_INVALID']);
    }
  });

  it('does not open with a shorter tag, which would be easier to guess', () => {
    const ring = ringOf(KEY_A);
    const parts = ring.seal(TOKEN, OWNER).split('.');
    for (const length of [0, 4, 8, 12, 15]) {
      const tag = Buffer.from(parts[4] ?? '', 'base64url').subarray(0, length);
      const short = [...parts.slice(0, 4), tag.toString('base64url')].join('.');
      expect(codeOf(() => ring.open(short, OWNER))).toBe('CONFIG_INVALID');
    }
  });
});

describe('a ring of several keys', () => {
  it('seals with the first and opens with all', () => {
    const [old, rotated] = [ringOf(KEY_A), ringOf(KEY_B, KEY_A)];
    const [before, after] = [old.seal(TOKEN, OWNER), rotated.seal(TOKEN, OWNER)];
    expect([rotated.open(before, OWNER), rotated.open(after, OWNER)]).toEqual([TOKEN, TOKEN]);
    expect(ringOf(KEY_B).open(after, OWNER)).toBe(TOKEN);
    expect(codeOf(() => old.open(after, OWNER))).toBe('CONFIG_INVALID');
    expect(codeOf(() => ringOf(KEY_B).open(before, OWNER))).toBe('CONFIG_INVALID');
  });

  it('knows the texts of its first key', () => {
    const [old, rotated] = [ringOf(KEY_A), ringOf(KEY_B, KEY_A)];
    const before = old.seal(TOKEN, OWNER);
    expect([old.isCurrent(before), rotated.isCurrent(before)]).toEqual([true, false]);
    expect(rotated.isCurrent(rotated.seal(TOKEN, OWNER))).toBe(true);
    for (const text of ['', 'v1', 'v1.']) expect(rotated.isCurrent(text)).toBe(false);
  });

  it('without any key neither seals nor opens', () => {
    const sealed = ringOf(KEY_A).seal(TOKEN, OWNER);
    expect(codeOf(() => ringOf().seal(TOKEN, OWNER))).toBe('CONFIG_INVALID');
    expect(codeOf(() => ringOf().open(sealed, OWNER))).toBe('CONFIG_INVALID');
  });
});
