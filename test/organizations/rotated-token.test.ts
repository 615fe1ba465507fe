// A token is replaced while jobs are unfinished: the next start has only the new token of the same organization.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/app.js';
import { resolveConfig } from '../../src/config.js';
import { resourceNamed } from '../../src/resources/registry.js';
import { openApp, openSandbox, SOMEBODY, tempRoot } from '../tools/support/workbench.js';

const ROWS = 300;

/** A Billy that accepts any token as one of the same organization. */
async function openBilly() {
  const sandbox = await openSandbox();
  const front = createServer((message, response) => {
    message.headers['x-access-token'] = sandbox.token;
    sandbox.serve(message, response);
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  const url = `http://127.0.0.1:${String((front.address() as AddressInfo).port)}/v2`;
  return { sandbox, url };
}

it('unfinished jobs go on under a new token of their organization, without any call', async () => {
  const { sandbox, url } = await openBilly();
  const root = await tempRoot();
  const envOf = (token: string): Record<string, string> => ({
    BILLY_API_BASE_URL: url,
    BILLY_ACCESS_TOKEN: token.repeat(40),
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: root,
    BULK_LOG_LEVEL: 'silent',
  });
  const first = await createApp(resolveConfig({ flags: {}, env: envOf('a') }), root);
  const names = Array.from({ length: ROWS }, (_, no) => `Kunde ${String(no)}`);
  const input = { csvContent: ['name', ...names].join('\n') };
  const resource = resourceNamed('customer');
  const start = { resource, operation: 'import', input, options: {} } as const;
  const { job } = await first.serviceFor(SOMEBODY).start(start);
  await first.close();
  const { store } = await openApp(envOf('b'), root);
  const phase = async (): Promise<unknown> => (await store.getJob({ jobId: job.id }))?.phase;
  expect(await phase()).not.toBe('done');
  await expect.poll(phase, { timeout: 15_000 }).toBe('done');
  expect(sandbox.control.summary().counts['contacts']).toBe(ROWS);
});
