// Billy names another organization for a token than before: no work of the earlier one is done in the other.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resourceNamed } from '../../src/resources/registry.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { openApp, openSandbox, SOMEBODY, tempRoot } from '../tools/support/workbench.js';

const TOKEN = '0123456789abcdef0123456789abcdef01234567';
const WAITING = {
  seconds: 20,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};
const MISMATCH = { code: 'ORGANIZATION_MISMATCH' };

/** A service whose token belongs to the first sandbox, until `change`. */
async function openService() {
  const [first, second] = [
    await openSandbox({ seed: 21, token: TOKEN }),
    await openSandbox({ seed: 22, token: TOKEN }),
  ];
  let current: Sandbox = first;
  const front = createServer((message, response) => {
    current.serve(message, response);
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  const root = await tempRoot();
  const env = {
    BILLY_API_BASE_URL: `http://127.0.0.1:${String((front.address() as AddressInfo).port)}/v2`,
    BILLY_ACCESS_TOKEN: TOKEN,
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: root,
    BULK_LOG_LEVEL: 'silent',
  };
  const service = (await openApp(env, root)).serviceFor(SOMEBODY);
  const change = (): void => {
    current = second;
  };
  return { service, second, change };
}

type Service = Awaited<ReturnType<typeof openService>>['service'];

async function start(service: Service, input: object, options: object = {}): Promise<string> {
  const resource = resourceNamed('customer');
  const { job } = await service.start({ resource, operation: 'import', input, options });
  await service.status(job.id, WAITING);
  return job.id;
}

const ROWS = { csvContent: 'name,email\nKunde,\nFejl,ikke en adresse\n' };

describe('a token that has come to belong to another organization', () => {
  it('lets no plan of the earlier one run in the other', async () => {
    const { service, second, change } = await openService();
    const dryRunJobId = await start(service, ROWS, { dryRun: true });
    change();
    await expect(start(service, { dryRunJobId })).rejects.toMatchObject(MISMATCH);
    expect(second.control.summary().counts['contacts']).toBe(0);
  });

  it.each(['retry', 'rollback'] as const)(
    'asks for no %s that could never be done',
    async (name) => {
      const { service, change } = await openService();
      const jobId = await start(service, ROWS);
      change();
      const { signal } = WAITING;
      const asked =
        name === 'retry'
          ? service.retry(jobId)
          : service.rollback(jobId, { dryRun: false, reason: null, signal });
      await expect(asked).rejects.toMatchObject(MISMATCH);
    },
  );
});
