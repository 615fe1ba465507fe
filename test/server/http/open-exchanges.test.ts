// Streams end with the key that opened them.
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/jobs/job/addresses.js';
import { createLog } from '../../../src/core/log.js';
import { OpenExchanges } from '../../../src/server/http/open-exchanges.js';
import { FakeClock } from '../../support/fake-clock.js';
import { openHttpOffice } from './support/http-office.js';
import { listen } from './support/listening.js';
import { bearer } from './support/raw.js';

const URIS = [addressOf({ kind: 'job', jobId: '0'.repeat(32) })];
const LOOK_MS = 1000;
const MS_PER_DAY = 86_400_000;

describe('an open stream', () => {
  it('is cut off within a second after its key was revoked; that of another key stays', async () => {
    const clock = new FakeClock();
    const { mcpUrl, keyFor, revoke } = await openHttpOffice({ clock });
    const [gone, kept] = [await keyFor(), await keyFor()];
    const ending = await listen(mcpUrl, bearer(gone.key), URIS);
    const staying = await listen(mcpUrl, bearer(kept.key), URIS);
    await clock.advance(LOOK_MS);
    await revoke(gone.id);
    await clock.advance(LOOK_MS);
    expect(await ending.ended).toBe('cut');
    await clock.advance(LOOK_MS);
    expect(await Promise.race([staying.ended, Promise.resolve('open')])).toBe('open');
  });

  it('is cut off once its key has expired', async () => {
    const clock = new FakeClock();
    const { mcpUrl, keyFor } = await openHttpOffice({ clock });
    const { key } = await keyFor({ expiresDays: (3 * LOOK_MS) / MS_PER_DAY });
    const stream = await listen(mcpUrl, bearer(key), URIS);
    await clock.advance(2 * LOOK_MS);
    expect(await Promise.race([stream.ended, Promise.resolve('open')])).toBe('open');
    await clock.advance(LOOK_MS);
    expect(await stream.ended).toBe('cut');
  });

  it('ends with its own token, not with another token of the same caller', async () => {
    const clock = new FakeClock();
    const exchanges = new OpenExchanges(clock, createLog({ level: 'silent' }));
    const cut: string[] = [];
    const open = (name: string, isValid: boolean): void => {
      const response = Object.assign(new EventEmitter(), { destroy: () => cut.push(name) });
      exchanges.add(response as unknown as ServerResponse, {
        credential: name,
        isValid: () => Promise.resolve(isValid),
      });
    };
    open('new token', true);
    open('old token', false);
    await clock.advance(LOOK_MS);
    expect(cut).toEqual(['old token']);
  });

  it('is not cut off when its key cannot be looked up for a moment', async () => {
    const clock = new FakeClock();
    const exchanges = new OpenExchanges(clock, createLog({ level: 'silent' }));
    const cut: string[] = [];
    const open = (name: string, isValid: () => Promise<boolean>): void => {
      const response = Object.assign(new EventEmitter(), { destroy: () => cut.push(name) });
      exchanges.add(response as unknown as ServerResponse, {
        credential: name,
        isValid,
      });
    };
    open('unknown', () => Promise.reject(new Error('the store is busy')));
    open('revoked', () => Promise.resolve(false));
    await clock.advance(LOOK_MS);
    expect(cut).toEqual(['revoked']);
  });
});
