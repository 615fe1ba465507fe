// Starting and stopping.
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { sandboxOptions, startDriver } from './support/driver.js';

describe('startSandbox', () => {
  it('listens on the loopback interface, on any free port for 0', async () => {
    const driver = await startDriver();
    expect(driver.sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2$/);
    expect((await driver.get('/organization')).status).toBe(200);
  });

  it('takes the token it is given', async () => {
    const { sandbox } = await startDriver({ token: 'mine' });
    expect(sandbox.token).toBe('mine');
  });

  it('rejects when the port is taken', async () => {
    const { sandbox } = await startDriver();
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox(sandboxOptions({ port }))).rejects.toThrow('EADDRINUSE');
  });

  it('breaks every connection when it closes, hanging ones too', async () => {
    const sandbox = await startSandbox(
      sandboxOptions({ faults: { seed: 1, rates: { 'timeout-before': 1 }, lateMs: 0 } }),
    );
    const hanging = fetch(`${sandbox.url}/countries`).catch(() => 'broken');
    while (sandbox.control.counters().inFlight === 0) await new Promise(setImmediate);
    await sandbox.close();
    expect(await hanging).toBe('broken');
    await expect(fetch(`${sandbox.url}/countries`)).rejects.toThrow();
  });

  it('takes many requests at once for no leak of listeners', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => {
      warnings.push(name);
    };
    process.on('warning', note);
    onTestFinished(() => {
      process.off('warning', note);
    });
    const driver = await startDriver({ latencyMs: { min: 20, max: 20, tailChance: 0, tailMs: 0 } });
    await Promise.all(Array.from({ length: 30 }, () => driver.get('/organization')));
    expect(driver.sandbox.control.counters().maxInFlight).toBeGreaterThan(10);
    expect(warnings).toEqual([]);
  });

  it('applies faults, limit and data from the start', async () => {
    const driver = await startDriver({
      contacts: 2,
      rateLimit: { count: 1, windowMs: 60_000 },
      faults: { seed: 1, rates: { '503-before': 1 }, lateMs: 0 },
    });
    expect((await driver.get('/contacts')).status).toBe(503);
    expect((await driver.get('/contacts')).status).toBe(429);
    expect(driver.sandbox.control.summary().counts['contacts']).toBe(2);
  });
});
