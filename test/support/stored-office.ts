// An app whose access tokens are in its store, and two organizations at one address of Billy.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../../src/app.js';
import { resolveConfig } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import type { StartedJob } from '../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../src/resources/registry.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { JobStore } from '../../src/store/job-store.js';
import { tokenHashOf } from '../../src/wiring/access-token.js';
import { openStore } from '../../src/wiring/open-store.js';
import { openKeyRing } from '../../src/wiring/secret-key.js';
import { openDataDir } from '../../src/wiring/state-folder.js';
import {
  openApp,
  openSandbox,
  SOMEBODY,
  tempRoot,
  type WorkbenchOptions,
} from '../tools/support/workbench.js';
import { frontOf } from './office.js';

const KEY = Buffer.alloc(32, 1).toString('base64');
const resource = resourceNamed('customer');

export interface Member {
  readonly sandbox: Sandbox;
  readonly id: string;
}

/** Stores a token as `organizations add` does; `key`: the secret key that seals it. */
type Add = (member: Member, key?: string) => Promise<void>;

interface Stored {
  readonly app: App;
  readonly add: Add;
  readonly alfa: Member;
  readonly beta: Member;
}

export type Prepare = (ground: Omit<Stored, 'app'> & { readonly store: JobStore }) => Promise<void>;

/** Two organizations at one address of Billy, and an app that knows their tokens from its store alone. */
export async function openStored(
  prepare: Prepare,
  sandbox: WorkbenchOptions['sandbox'] = {},
): Promise<Stored> {
  const root = await tempRoot();
  const folder = path.join(root, 'files');
  await mkdir(folder);
  const sandboxes = [
    await openSandbox({ seed: 11, ...sandbox }),
    await openSandbox({ seed: 12, ...sandbox }),
  ];
  const env = {
    BILLY_API_BASE_URL: await frontOf(sandboxes),
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: path.join(root, 'data'),
    BULK_LOG_LEVEL: 'silent',
    BULK_SECRET_KEY: KEY,
    BULK_WEBHOOKS_LOCAL: 'on',
  };
  const [alfa, beta] = sandboxes.map((each) => ({
    sandbox: each,
    id: each.control.state().records['organizations']?.[0]?.id ?? '',
  })) as [Member, Member];
  const addTo =
    (store: JobStore): Add =>
    async ({ sandbox: { token }, id }, key = KEY) => {
      const config = resolveConfig({ flags: {}, env: { ...env, BULK_SECRET_KEY: key } });
      const owner = { organizationId: id, purpose: 'billy-token' } as const;
      const sealed = openKeyRing(config, systemClock).seal(token, owner);
      const tokenHash = tokenHashOf({ ...config, BILLY_ACCESS_TOKEN: token }) ?? '';
      const organization = { id, name: `Firma ${id}`, registrationNo: null };
      await store.rememberOrganization({ tokenHash, organization });
      await store.saveToken({ organizationId: id, tokenHash, sealed, by: 'Anne', nowMs: 0 });
    };
  const before = await openStore(openDataDir(resolveConfig({ flags: {}, env })));
  await prepare({ store: before, add: addTo(before), alfa, beta });
  await before.close();
  const app = await openApp(env, folder);
  return { app, add: addTo(app.store), alfa, beta };
}

export const both: Prepare = async ({ add, alfa, beta }) => {
  for (const member of [alfa, beta]) await add(member);
};

/** Starts an import of so many customers. */
export function start(app: App, organizationId?: string, count = 1): Promise<StartedJob> {
  const names = Array.from({ length: count }, (_, no) => `Kunde ${String(no)}`);
  const input = { csvContent: ['name', ...names].join('\n') };
  const request = { resource, operation: 'import', input, options: {} } as const;
  return app
    .serviceFor(SOMEBODY)
    .start({ ...request, ...(organizationId === undefined ? {} : { organizationId }) });
}

export function contactsOf({ sandbox }: Member): number {
  return sandbox.control.summary().counts['contacts'] ?? 0;
}
