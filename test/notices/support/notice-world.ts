/** A store in memory with an outbox, and couriers on it: the receivers are real, the clock moves when a test says so. */
import { onTestFinished } from 'vitest';
import type { JobPatch, NewJob } from '../../../src/model/job.js';
import type { Json } from '../../../src/model/record.js';
import { Courier, type CourierDeps } from '../../../src/notices/courier.js';
import { postWebhook } from '../../../src/notices/post-webhook.js';
import { WebhookBook } from '../../../src/notices/webhook-book.js';
import type { Account } from '../../../src/organizations/account.js';
import type { Caller } from '../../../src/organizations/caller.js';
import { KeyRing } from '../../../src/organizations/key-ring.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { claimedJob, ORGANIZATION_ID, patchJob } from '../../store/contract/fixtures.js';
import { FakeClock } from '../../support/fake-clock.js';

export const ADMIN: Caller = { actor: 'Anne', organizations: 'all', role: 'admin' };

export type LogLine = Readonly<Record<string, unknown>>;

export interface NoticeWorld {
  readonly store: JobStore;
  readonly clock: FakeClock;
  readonly lines: LogLine[];
  readonly courierOf: (changes?: Partial<CourierDeps>) => Courier;
  readonly bookOf: (changes?: Partial<CourierDeps>) => WebhookBook;
  /** Ends a job of that id, with these options of its start. */
  readonly endJob: (
    id: string,
    patch?: JobPatch,
    options?: Readonly<Record<string, Json>>,
  ) => Promise<void>;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** One organization, which callers that may reach it name or leave out. */
const organizations = {
  accountFor: (): Promise<Account> =>
    Promise.resolve({ remembered: () => Promise.resolve({ id: ORGANIZATION_ID }) } as never),
  idsFor: (caller: Caller): Promise<string[]> =>
    Promise.resolve(
      [ORGANIZATION_ID].filter(
        (id) => caller.organizations === 'all' || caller.organizations.includes(id),
      ),
    ),
  amongSeveral: () => Promise.resolve(null),
};

/** `path`: a database that several worlds share; absent: in memory. */
export async function openNoticeWorld(path = ':memory:'): Promise<NoticeWorld> {
  const clock = new FakeClock();
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  const lines: LogLine[] = [];
  const log = Object.fromEntries(
    LEVELS.map((level) => [level, (line: LogLine) => void lines.push({ level, ...line })]),
  ) as unknown as CourierDeps['log'];
  const keyRing = new KeyRing([Buffer.alloc(32, 7)], clock);
  const deps: CourierDeps = {
    ...{ store, clock, log, organizations, owner: 'one', rateLimit: null, retentionDays: 90 },
    keyRing: () => keyRing,
    rules: { resolve: () => Promise.resolve(['127.0.0.1']), isLocalAllowed: true },
    post: () => Promise.resolve(postWebhook),
    mailer: null,
    redact: (text) => text,
    isDead: () => false,
  };
  return {
    store,
    clock,
    lines,
    courierOf: (changes = {}) => new Courier({ ...deps, ...changes }),
    bookOf: (changes = {}) => new WebhookBook({ ...deps, ...changes, organizations }),
    async endJob(id, patch = { status: 'completed' }, options = {}) {
      const job: Partial<NewJob> = { options, resourceType: 'customer' };
      const claimed = await claimedJob(store, id, { job });
      const nowMs = clock.nowMs();
      const fields = { phase: 'done', completedAtMs: nowMs, totalItems: 0, ...patch } as const;
      await patchJob(store, claimed, { ...fields, nowMs });
    },
  };
}
