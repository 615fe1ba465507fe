// A sandbox, a client and a store for the parts of the doctor, and what the parts told.
import { onTestFinished } from 'vitest';
import { createBillyClient } from '../../../src/billy/http/client.js';
import type { BillyClient } from '../../../src/billy/types.js';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import type { Check } from '../../../src/doctor/check.js';
import type { ProbeParts } from '../../../src/doctor/probe-writes.js';
import {
  DEFAULT_UNKNOWNS,
  type FaultKind,
  type SandboxOptions,
  type SandboxUnknowns,
  type WriteMoment,
} from '../../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { JournalEntry } from '../../../src/model/journal.js';
import { journalOf } from '../../store/contract/journal.js';

export interface PracticeOptions {
  readonly unknowns?: Partial<SandboxUnknowns>;
  readonly sandbox?: Partial<Omit<SandboxOptions, 'unknowns'>>;
  /** How many times faster than the machine's the clock of the client and of the doctor runs. */
  readonly haste?: number;
  /** The n-th write (from 1) suffers this, and no other. */
  readonly strike?: { readonly n: number; readonly kind: FaultKind };
  /** Called when the n-th write (from 1) has been saved. */
  readonly onSaved?: (n: number, practice: Practice) => void;
}

export interface Practice {
  readonly sandbox: Sandbox;
  readonly billy: BillyClient;
  readonly store: JobStore;
  readonly parts: ProbeParts;
  readonly stop: AbortController;
  readonly checks: readonly Check[];
  readonly said: readonly string[];
  readonly tell: (check: Check) => void;
  /** Names of all contacts. */
  readonly names: () => string[];
  readonly journal: () => Promise<JournalEntry[]>;
}

const LATE_MS = 20;

/** The machine's clock, `haste` times faster; wall time stays. */
function hastened(haste: number): Clock {
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() * haste,
    sleep: (ms, signal) => systemClock.sleep(ms / haste, signal),
    deadline: (ms) => systemClock.deadline(ms / haste),
  };
}

/** Everything is closed when the test ends. */
export async function openPractice(options: PracticeOptions = {}): Promise<Practice> {
  const { strike, onSaved } = options;
  const counts = { arrived: 0, saved: 0 };
  const opened: { practice: Practice | null } = { practice: null };
  const plan = (kind: FaultKind | null): void => {
    const rule = kind === null ? [] : [{ n: 1, kind }];
    opened.practice?.sandbox.control.setFaults({
      seed: 1,
      rates: {},
      everyNthWrite: rule,
      lateMs: LATE_MS,
    });
  };
  const onWrite = (moment: WriteMoment): void => {
    if (moment === 'arrived') {
      counts.arrived += 1;
      // The faults of a write are taken before it arrives.
      if (strike !== undefined) plan(counts.arrived + 1 === strike.n ? strike.kind : null);
    }
    if (moment !== 'saved' || opened.practice === null) return;
    counts.saved += 1;
    onSaved?.(counts.saved, opened.practice);
  };
  opened.practice = await openParts(options, onWrite);
  if (strike?.n === 1) plan(strike.kind);
  return opened.practice;
}

async function openParts(
  { unknowns, sandbox: sandboxOptions, haste = 1 }: PracticeOptions,
  onWrite: (moment: WriteMoment) => void,
): Promise<Practice> {
  const sandbox = await startSandbox({
    port: 0,
    seed: 5,
    unknowns: { ...DEFAULT_UNKNOWNS, ...unknowns },
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 2,
    products: 0,
    clock: systemClock,
    ...sandboxOptions,
    onWrite,
  });
  const clock = hastened(haste);
  const log = createLog({ level: 'silent' });
  const timeoutMs = 30_000;
  const billy = createBillyClient({
    baseUrl: sandbox.url,
    token: sandbox.token,
    rateLimit: null,
    maxConcurrent: 4,
    timeoutMs,
    clock,
    log,
  });
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(async () => {
    await billy.close();
    await store.close();
    await sandbox.close();
  });
  const { id: organizationId } = await billy.organization({ priority: 'job', patienceMs: 0 });
  const stop = new AbortController();
  const [said, checks]: [string[], Check[]] = [[], []];
  const parts: ProbeParts = {
    ...{ billy, store, clock, log, organizationId, timeoutMs, settleMs: 10_000 },
    actor: 'tester via doctor',
    signal: stop.signal,
    say: (line) => said.push(line),
  };
  return {
    ...{ sandbox, billy, store, parts, stop, checks, said },
    tell: (check) => checks.push(check),
    names: () =>
      (sandbox.control.state().records['contacts'] ?? []).map((record) => String(record['name'])),
    journal: () => journalOf(store),
  };
}

/** The client with some methods of its own; for an answer that no sandbox gives. */
export function clientWith(client: BillyClient, own: Partial<BillyClient>): BillyClient {
  return {
    organization: (options) => client.organization(options),
    listAll: (collection, options) => client.listAll(collection, options),
    get: (collection, id, options) => client.get(collection, id, options),
    create: (collection, body, options) => client.create(collection, body, options),
    update: (target, body, options) => client.update(target, body, options),
    remove: (target, options) => client.remove(target, options),
    saveMany: (collection, records, options) => client.saveMany(collection, records, options),
    removeMany: (collection, ids, options) => client.removeMany(collection, ids, options),
    listedPages: () => client.listedPages(),
    close: () => client.close(),
    ...own,
  };
}
