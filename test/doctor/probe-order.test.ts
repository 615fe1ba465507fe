/** A probe from consent to advice. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config.js';
import { LIMITS } from '../../src/core/limits.js';
import { probeWithConsent } from '../../src/doctor/probe-order.js';
import type { Capabilities } from '../../src/model/capabilities.js';
import { openPractice, type PracticeOptions } from './support/practice.js';

interface Order extends PracticeOptions {
  readonly answer?: boolean;
  readonly isAllowed?: boolean;
  readonly setting?: 'on' | 'off';
  readonly called?: string;
  readonly known?: Capabilities;
}

async function ordered({ answer = true, isAllowed = true, setting = 'off', ...more }: Order = {}) {
  const practice = await openPractice(more);
  const { parts, store, billy, tell, stop } = practice;
  const { organizationId } = parts;
  if (more.known !== undefined) {
    await store.saveCapabilities({ organizationId, capabilities: more.known });
  }
  const read = { priority: 'job', patienceMs: 0 } as const;
  const organization = await billy.organization(read);
  const questions: string[] = [];
  const confirm = (question: string): Promise<boolean> => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const found = await probeWithConsent({ confirm, signal: stop.signal }, isAllowed, {
    ...{ clock: parts.clock, log: parts.log, actor: parts.actor, say: parts.say },
    config: resolveConfig({ flags: {}, env: { BILLY_BULK_SAVE: setting } }),
    organization: { ...organization, name: more.called ?? organization.name },
    ...{ store, billy, tell },
  });
  const remembered = await store.findCapabilities({ organizationId });
  const { byMethod } = practice.sandbox.control.counters();
  const hasWritten = Object.keys(byMethod).some((method) => method !== 'GET');
  return { ...practice, found, remembered, questions, hasWritten };
}

const EARLIER: Capabilities = {
  bulkSave: 'works',
  isBulkSaveAtomic: true,
  echoesClientId: true,
  errorsByClientId: true,
  bulkDelete: 'works',
  probedAtMs: 1,
};

describe('consent', () => {
  it('is asked for once, with what will be done and where', async () => {
    const called = `Firma\n"A" ${'x'.repeat(500)}`;
    const { questions, hasWritten } = await ordered({ called });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('"Firma⏎\\"A\\" xxx');
    expect(questions[0]?.length).toBeLessThan(LIMITS.fieldCharsMax + 300);
    expect(questions[0]).toContain('billy-bulk-mcp probe');
    expect(hasWritten).toBe(true);
  });

  it('that is not given means that nothing is written', async () => {
    const { found, hasWritten, checks, remembered } = await ordered({ answer: false });
    expect({ found, hasWritten, remembered }).toEqual({
      found: null,
      hasWritten: false,
      remembered: null,
    });
    expect(checks).toMatchObject([{ name: 'probe', status: 'failed' }]);
  });

  it('is not asked for where something failed before', async () => {
    const { found, hasWritten, checks, questions } = await ordered({ isAllowed: false });
    expect({ found, hasWritten, questions }).toEqual({
      found: null,
      hasWritten: false,
      questions: [],
    });
    expect(checks).toMatchObject([{ name: 'probe', status: 'failed' }]);
  });
});

describe('what was found out', () => {
  it('is remembered, in place of what was, and turned into advice', async () => {
    const { found, remembered, checks } = await ordered({
      known: EARLIER,
      unknowns: { bulkErrors: 'omit' },
    });
    expect(found).toMatchObject({ bulkSave: 'works', errorsByClientId: false });
    expect(remembered).toEqual(found);
    expect(found?.probedAtMs).toBeGreaterThan(Date.UTC(2020, 0, 1));
    expect(checks.at(-1)).toMatchObject({ name: 'recommendation', status: 'ok' });
    expect(checks.at(-1)?.message).toMatch(/^Set BILLY_BULK_SAVE=on: /);
  });

  it.each([
    ['off', 'ok'],
    ['on', 'warning'],
  ] as const)('against the setting %s: %s', async (setting, status) => {
    const { checks } = await ordered({ setting, unknowns: { bulkSave: 'none' } });
    expect(checks.at(-1)).toMatchObject({ name: 'recommendation', status });
    expect(checks.at(-1)?.message).toMatch(/^Leave BILLY_BULK_SAVE off: /);
  });

  it('before stays when a probe is broken off', async () => {
    const strike = { n: 1, kind: 'reset-before' } as const;
    const { found, remembered } = await ordered({ known: EARLIER, strike, haste: 100 });
    expect(found).toBeNull();
    expect(remembered).toEqual(EARLIER);
  });
});
