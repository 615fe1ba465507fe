// An office: one process that keeps the books of two organizations, at one address of Billy, and MCP clients of
// callers that may reach one of them or both.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { createApp, type App, type Seams } from '../../src/app.js';
import { resolveConfig } from '../../src/config.js';
import type { Service } from '../../src/jobs/service/service.js';
import type { Caller } from '../../src/organizations/caller.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { watchJobs } from '../../src/server/job-changes.js';
import { createMcpServer } from '../../src/server/mcp/mcp-server.js';
import { openSandbox, tempRoot, type WorkbenchOptions } from '../tools/support/workbench.js';

/** One organization of the office, with a caller that may reach it alone. */
export interface Desk {
  readonly sandbox: Sandbox;
  readonly organizationId: string;
  readonly caller: Caller;
  readonly service: Service;
  readonly client: Client;
}

export interface Office {
  readonly app: App;
  readonly dataDir: string;
  readonly folder: string;
  readonly alfa: Desk;
  readonly beta: Desk;
  /** A caller of both. */
  readonly both: Omit<Desk, 'sandbox' | 'organizationId'>;
}

/** Serves several sandboxes at one address; the token decides which. */
export async function frontOf(sandboxes: readonly Sandbox[]): Promise<string> {
  const front = createServer((message, response) => {
    const token = message.headers['x-access-token'];
    const sandbox = sandboxes.find((each) => each.token === token) ?? sandboxes[0];
    sandbox?.serve(message, response);
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  return `http://127.0.0.1:${String((front.address() as AddressInfo).port)}/v2`;
}

async function connect(
  app: App,
  caller: Caller,
): Promise<Omit<Desk, 'sandbox' | 'organizationId'>> {
  const service = app.serviceFor(caller);
  const watch = watchJobs({ service, clock: app.clock }, () => undefined);
  const server = createMcpServer({ ...app, callerOf: () => caller, version: '0', watch });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: caller.actor, version: '0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  onTestFinished(async () => {
    watch.stop();
    await client.close();
  });
  return { caller, service, client };
}

/** Everything is closed and removed when the test ends. */
export async function openOffice(
  options: Pick<WorkbenchOptions, 'env'> & {
    /** Where the callers are; absent: on this machine. */
    readonly reach?: Seams['reach'];
    readonly alfa?: WorkbenchOptions['sandbox'];
    readonly beta?: WorkbenchOptions['sandbox'];
  } = {},
): Promise<Office> {
  const root = await tempRoot();
  const [dataDir, folder] = [path.join(root, 'data'), path.join(root, 'files')];
  await mkdir(folder);
  const [first, second] = [
    await openSandbox({ seed: 11, ...options.alfa }),
    await openSandbox({ seed: 12, ...options.beta }),
  ];
  const env = {
    BILLY_API_BASE_URL: await frontOf([first, second]),
    BILLY_ACCESS_TOKEN: first.token,
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: dataDir,
    BULK_LOG_LEVEL: 'silent',
    ...options.env,
  };
  const config = resolveConfig({ flags: {}, env });
  const { reach = 'machine' } = options;
  const app = await createApp(config, folder, { furtherTokens: [second.token], reach });
  onTestFinished(() => app.close());
  const desk = async (sandbox: Sandbox, actor: string): Promise<Desk> => {
    const organizationId = sandbox.control.state().records['organizations']?.[0]?.id ?? '';
    const caller = { actor, organizations: [organizationId], role: 'operator' } as const;
    return { sandbox, organizationId, ...(await connect(app, caller)) };
  };
  const everywhere = { actor: 'Carla', organizations: 'all', role: 'admin' } as const;
  return {
    app,
    dataDir,
    folder,
    alfa: await desk(first, 'Anna'),
    beta: await desk(second, 'Bo'),
    both: await connect(app, everywhere),
  };
}
