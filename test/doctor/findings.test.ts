/** What findings mean for the setting, and how they read. */
import { describe, expect, it } from 'vitest';
import {
  adviceFor,
  deleteSentence,
  recommendationFor,
  rememberedCheck,
  saveSentence,
} from '../../src/doctor/findings.js';
import type { Capabilities } from '../../src/model/capabilities.js';

const ALL: Capabilities = {
  bulkSave: 'works',
  isBulkSaveAtomic: true,
  echoesClientId: true,
  errorsByClientId: true,
  bulkDelete: 'works',
  probedAtMs: Date.UTC(2026, 4, 1, 23, 59),
};
const NOTHING = { isBulkSaveAtomic: null, echoesClientId: null, errorsByClientId: null };
const ABSENT: Capabilities = { ...ALL, ...NOTHING, bulkSave: 'absent' };

describe('the recommendation', () => {
  it.each<[Partial<Capabilities>, 'on' | 'off', RegExp]>([
    [{}, 'on', /all or nothing\.$/],
    [{ echoesClientId: false }, 'on', /cost a few more requests/],
    [{ errorsByClientId: false }, 'on', /cost a few more requests/],
    [{ isBulkSaveAtomic: false }, 'off', /may still save the others/],
    [{ isBulkSaveAtomic: null }, 'off', /unknown/],
    [{ bulkSave: 'unclear' }, 'off', /did not work as expected/],
    [{ ...NOTHING, bulkSave: 'absent' }, 'off', /does not offer/],
    [{ bulkDelete: 'absent' }, 'on', /all or nothing/],
  ])('for %j is %s', (found, value, reason) => {
    const recommendation = recommendationFor({ ...ALL, ...found });
    expect(recommendation).toMatchObject({ setting: 'BILLY_BULK_SAVE', value });
    expect(recommendation.reason).toMatch(reason);
  });

  it('reads as something to do', () => {
    expect(adviceFor('on')).toBe('Set BILLY_BULK_SAVE=on');
    expect(adviceFor('off')).toBe('Leave BILLY_BULK_SAVE off');
  });
});

describe('a finding in words', () => {
  it('names only what is known', () => {
    expect(saveSentence(ABSENT)).toBe('Billy does not offer bulk save.');
    expect(saveSentence(ALL)).toBe(
      'Bulk save works: one refused record makes Billy refuse the whole batch; answers name the records; refusals name the records.',
    );
    expect(saveSentence({ ...ALL, ...NOTHING, echoesClientId: false })).toBe(
      'Bulk save works: answers do not name the records.',
    );
    expect(deleteSentence(ALL)).toBe('Bulk delete works.');
    expect(deleteSentence({ ...ALL, bulkDelete: 'absent' })).toContain('one by one');
  });
});

describe('what is remembered', () => {
  it('is shown with its day, and with what to do about it', () => {
    const shown = rememberedCheck(ALL, 'off');
    expect(shown).toMatchObject({ status: 'ok', name: 'capabilities' });
    expect(shown.message).toMatch(/^As probed on 2026-05-01: Bulk save works/);
    expect(shown.hint).toMatch(/^Set BILLY_BULK_SAVE=on: /);
    expect(rememberedCheck(ALL, 'on')).toMatchObject({ status: 'ok', hint: null });
  });

  it('is a warning where the setting goes against it', () => {
    expect(rememberedCheck(ABSENT, 'on')).toMatchObject({
      status: 'warning',
      hint: expect.stringMatching(/^Leave BILLY_BULK_SAVE off/) as string,
    });
    expect(rememberedCheck(ABSENT, 'off')).toMatchObject({ status: 'ok', hint: null });
  });

  it('may be nothing, which matters where bulk save is on', () => {
    expect(rememberedCheck(null, 'off')).toMatchObject({ status: 'ok' });
    expect(rememberedCheck(null, 'on')).toMatchObject({ status: 'warning' });
    expect(rememberedCheck(null, 'on').hint).toContain('--probe-writes');
  });
});
