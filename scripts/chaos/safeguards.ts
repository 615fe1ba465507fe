/**
 * The promises rest on safeguards. Each can be taken away here, from outside: the store, the clock or
 * the network that a process sees does as if the engine lacked it. A chaos run without one must fail.
 */
import type { Transport } from '../../src/billy/http/transport.js';
import type { Clock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import type { JobStore } from '../../src/store/job-store.js';
import type { ItemChange, ItemPatch } from '../../src/model/item.js';
import type { JobRecord, Lease } from '../../src/model/job.js';
import type { Tampering } from './simulated-process.js';
import { gated, type Around } from './store-gate.js';

/** Those that the store carries. */
const STORE_SAFEGUARDS = [
  'intent',
  'lookup',
  'second-look',
  'lease',
  'fence',
  'ownership',
  'stop',
  'afresh',
  'whole-image',
] as const;
type StoreSafeguard = (typeof STORE_SAFEGUARDS)[number];

export const SAFEGUARDS = [
  ...STORE_SAFEGUARDS,
  'monotonic',
  'deadline',
  'statuses',
  'read-by-id',
] as const;
export type Safeguard = (typeof SAFEGUARDS)[number];

interface Batch {
  readonly changes: readonly ItemChange[];
}

/** Changes the changes of every batch, and leaves the other operations alone. */
function rewritten(rewrite: (change: ItemChange) => readonly ItemChange[]): Around {
  return (name, parameter, call) => {
    if (name !== 'changeItems') return call(parameter);
    const batch = parameter as Batch;
    return call({ ...batch, changes: batch.changes.flatMap(rewrite) });
  };
}

function isFirstLook({ patch }: ItemChange): boolean {
  const keys = Object.keys(patch);
  return keys.length === 1 && typeof patch.lookedAtMs === 'number';
}

/** Nothing else is told of the row than that it is to be decided anew. */
function isNews({ patch }: ItemChange): boolean {
  return Object.keys(patch).length === 1 && patch.needsPlan === true;
}

function withoutFailures(job: JobRecord | null): JobRecord | null {
  if (job?.phase !== 'run') return job;
  return { ...job, outcomes: { ...job.outcomes, failed: 0 } };
}

/** The same without what an image holds beside the fields that rows may say. */
function withoutOthers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOthers);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set || value instanceof Map) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'others');
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutOthers(member)]));
}

const READY: ItemPatch = { state: 'ready', lostAtMs: null };

/** What a process writes that has lost its claim is written all the same. */
function fenceless(store: JobStore): Around {
  return async (name, parameter, call) => {
    try {
      return await call(parameter);
    } catch (error) {
      const isLost = error instanceof AppError && error.code === 'LEASE_LOST';
      if (!isLost || name === 'renewLease') throw error;
      const { lease } = parameter as { lease: Lease };
      const holder = await store.readLease({ name: lease.name });
      // Given back meanwhile: a claim that has run out already keeps nobody out.
      if (holder === null) await store.acquireLease({ lease, nowMs: 0, ttlMs: 0 });
      const owner = holder?.owner ?? lease.owner;
      return call({ ...(parameter as object), lease: { ...lease, owner } });
    }
  };
}

/** Everybody works under one name, so that a claim keeps nobody out. */
const leaseless: Around = (_name, parameter, call) => {
  const { lease } = parameter as { lease?: Lease };
  if (lease === undefined) return call(parameter);
  return call({ ...(parameter as object), lease: { ...lease, owner: 'everybody' } });
};

/** The store as an engine without the safeguard would use it. */
function storeWithout(safeguard: StoreSafeguard, store: JobStore): JobStore {
  switch (safeguard) {
    case 'intent':
      // Nothing is noted before a write leaves; what comes after it takes the item as it was.
      return gated(
        store,
        rewritten((change) => {
          if (change.patch.state === 'sending') return [];
          const isLater = change.from.includes('sending');
          return [isLater ? { ...change, from: [...change.from, 'ready'] } : change];
        }),
      );
    case 'lookup':
      // A lost answer is taken for a write that did not happen.
      return gated(
        store,
        rewritten((change) =>
          change.patch.state === 'doubt' ? [{ ...change, patch: READY }] : [change],
        ),
      );
    case 'second-look':
      // Not found once, at once, is not found.
      return gated(
        store,
        rewritten((change) => (isFirstLook(change) ? [{ ...change, patch: READY }] : [change])),
      );
    case 'lease':
      return gated(store, leaseless);
    case 'fence':
      return gated(store, fenceless(store));
    case 'ownership':
      return gated(store, (name, parameter, call) =>
        name === 'findOwned' ? Promise.resolve(new Set()) : call(parameter),
      );
    case 'stop':
      // Whoever takes a job up does not hear that a row of it has failed.
      return gated(store, async (name, parameter, call) => {
        const result = await call(parameter);
        return name === 'getJob' ? withoutFailures(result as JobRecord | null) : result;
      });
    case 'afresh':
      // What a new listing shows changes nothing for rows that are planned already.
      return gated(
        store,
        rewritten((change) => (isNews(change) ? [] : [change])),
      );
    case 'whole-image':
      return gated(store, (_name, parameter, call) => call(withoutOthers(parameter)));
  }
}

/** Waiting times are measured by the wall clock, which jumps. */
function wallClockOnly(clock: Clock): Clock {
  return { ...clock, monotonicMs: () => clock.nowMs() };
}

/** What was checked before the wait counts, however long that was. */
function withoutDeadline(transport: Transport): Transport {
  return {
    exchange: (request) => transport.exchange({ ...request, mayLeave: undefined }),
    close: () => transport.close(),
  };
}

const TRUSTED: readonly number[] = [403, 404, 408, 409, 425, 499];
const REFUSAL = JSON.stringify({
  meta: { statusCode: 422, success: false },
  errorCode: 'INVALID_RECORD',
  errorMessage: 'Invalid record',
});

/** What a gateway says of a write is taken for Billy's own refusal. */
function trusting(transport: Transport): Transport {
  return {
    exchange: async (request) => {
      const response = await transport.exchange(request);
      const isGateway = TRUSTED.includes(response.status) && !response.text.includes('errorCode');
      if (request.method === 'GET' || !isGateway) return response;
      return { ...response, status: 422, text: REFUSAL };
    },
    close: () => transport.close(),
  };
}

function isOfStore(safeguard: Safeguard): safeguard is StoreSafeguard {
  return STORE_SAFEGUARDS.some((name) => name === safeguard);
}

const TAMPERINGS: Readonly<Record<Exclude<Safeguard, StoreSafeguard>, Tampering>> = {
  monotonic: { clock: wallClockOnly },
  deadline: { transport: withoutDeadline },
  statuses: { transport: trusting },
  'read-by-id': { readsLag: true },
};

/** What a process without this safeguard works with. */
export function tamperingFor(safeguard: Safeguard | null): Tampering {
  if (safeguard === null) return {};
  if (!isOfStore(safeguard)) return TAMPERINGS[safeguard];
  return { store: (store) => storeWithout(safeguard, store) };
}
