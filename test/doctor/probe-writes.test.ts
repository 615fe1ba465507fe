/** Writes of a probe: what the journal says of them, and how long a lost one is waited for. */
import { describe, expect, it } from 'vitest';
import type { WriteOptions } from '../../src/billy/types.js';
import { BillyError, type Retry } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { ProbeWrites, type ProbeParts, type ProbeWrite } from '../../src/doctor/probe-writes.js';
import { FakeClock } from '../support/fake-clock.js';
import { openPractice } from './support/practice.js';

async function writesOn(more: Partial<ProbeParts> = {}) {
  const practice = await openPractice();
  const clock = new FakeClock();
  const parts = { ...practice.parts, clock, ...more };
  const writes = new ProbeWrites(parts);
  const bodies = async (): Promise<unknown[]> => (await practice.journal()).map(({ body }) => body);
  return { ...practice, clock, writes, bodies };
}

const failing =
  (retry: Retry, isSent = true) =>
  async ({ beforeSend }: WriteOptions): Promise<string[]> => {
    if (isSent) await beforeSend?.();
    throw new BillyError({ code: 'BILLY_SERVER', message: 'x', retry });
  };

const none = (): string[] => [];
const SAVE: ProbeWrite = { method: 'bulk-save' };

describe('the journal', () => {
  it('tells of the probe, and of each write with its records, time and end', async () => {
    const { writes, clock, journal } = await writesOn();
    await writes.begin('a0');
    await writes.run(
      SAVE,
      async ({ beforeSend }) => {
        await beforeSend?.();
        await clock.advance(70);
        return ['id-1'];
      },
      (ids) => ids,
    );
    const refused = writes.run({ method: 'delete', recordIds: ['id-1'] }, failing('never'), none);
    await expect(refused).rejects.toThrow(BillyError);
    expect(await journal()).toMatchObject([
      { kind: 'doctor.probe', jobId: null, actor: 'tester via doctor', body: { mark: 'a0' } },
      {
        kind: 'billy.write',
        durationMs: 70,
        body: { isProbe: true, method: 'bulk-save', recordIds: ['id-1'], result: 'saved' },
      },
      { body: { method: 'delete', recordIds: ['id-1'], result: 'refused', code: 'BILLY_SERVER' } },
    ]);
  });

  it('does not tell of what never reached Billy', async () => {
    const { writes, bodies } = await writesOn();
    await expect(writes.run(SAVE, failing('reconcile', false), none)).rejects.toThrow();
    await expect(writes.run(SAVE, failing('wait'), none)).rejects.toThrow();
    expect(await bodies()).toEqual([]);
  });

  it('that cannot be written stops nothing, and is in the log', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const { writes } = await writesOn({
      store: { appendJournal: () => Promise.reject(new Error('disk full')) },
      log: createLog({ level: 'error', destination }),
    });
    expect(await writes.run(SAVE, () => Promise.resolve('fine'), none)).toBe('fine');
    expect(lines.join('')).toContain('journal.failed');
  });
});

describe('a lost write', () => {
  it('is waited for until its deadline and the time to settle are over', async () => {
    const { writes, clock, said, bodies } = await writesOn();
    await expect(writes.run(SAVE, failing('reconcile'), none)).rejects.toThrow();
    expect(await bodies()).toMatchObject([{ result: 'lost' }]);
    await clock.advance(1000);
    let isSettled = false;
    const settling = writes.settle().then(() => {
      isSettled = true;
    });
    expect(said).toEqual([
      'An answer was lost: waiting 39 seconds, because Billy may still save the contacts.',
    ]);
    await clock.advance(38_999);
    expect(isSettled).toBe(false);
    await clock.advance(1);
    await settling;
    await writes.settle();
    expect(said).toHaveLength(1);
  });

  it.each<ProbeWrite['method']>(['delete', 'bulk-delete', 'archive'])(
    'that takes away need not be waited for: %s',
    async (method) => {
      const { writes, clock, said } = await writesOn();
      await expect(writes.run({ method }, failing('reconcile'), none)).rejects.toThrow();
      await writes.settle();
      expect([said, clock.pendingCount]).toEqual([[], 0]);
    },
  );

  it('is not one that Billy refused', async () => {
    const { writes, said } = await writesOn();
    await expect(writes.run(SAVE, failing('never'), none)).rejects.toThrow();
    await writes.settle();
    expect(said).toEqual([]);
  });
});

describe('an interruption', () => {
  it('reaches what the probe makes, and not what it takes away', async () => {
    const { writes, stop } = await writesOn();
    const seen: (AbortSignal | undefined)[] = [];
    const send = ({ signal }: WriteOptions): Promise<string> => {
      seen.push(signal);
      return Promise.resolve('fine');
    };
    await writes.run(SAVE, send, none);
    await writes.run({ method: 'delete', isTidying: true }, send, none);
    expect(seen).toEqual([stop.signal, undefined]);
  });
});
