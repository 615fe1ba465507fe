import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SINGULAR } from '../../src/billy/types.js';
import { systemClock } from '../../src/core/clock.js';
import { parseSandboxOptions } from '../../src/sandbox/command.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox(parseSandboxOptions({ port: '0' }, systemClock));
});

afterAll(async () => {
  await sandbox.close();
});

describe('the collections', () => {
  it.each(Object.entries(SINGULAR))('%s is served, and %s is its singular', async (plural, one) => {
    const headers = { 'X-Access-Token': sandbox.token };
    const missing = await fetch(`${sandbox.url}/${plural}/nobody`, { headers });
    const body = (await missing.json()) as { errorCode: string; errorMessage: string };
    expect(body.errorCode).toBe('RECORD_NOT_FOUND');
    expect(body.errorMessage).toContain(`\`${one}\``);
  });
});
