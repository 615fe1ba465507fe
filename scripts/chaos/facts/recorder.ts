/** Writes down what happened: requests from the wire, claims and statuses from the store, changes from Billy. */
import type { WireRequest } from '../../../src/billy/http/transport.js';
import type { ItemChange, ItemPatch } from '../../../src/model/item.js';
import type { JobPatch, JobRecord, Lease } from '../../../src/model/job.js';
import type {
  Captured,
  FailureMoment,
  JobFacts,
  JobSpec,
  Sending,
  Stage,
  StatusMoment,
  Stint,
} from './facts.js';
import { Ledger, Sequence, type Change } from './ledger.js';
import { addressOf, namedIn } from './sendings.js';

/** A job while its story goes on. */
export interface JobLog extends JobFacts {
  readonly moments: StatusMoment[];
  readonly failures: FailureMoment[];
  readonly intended: Set<number>;
  chosenOrder: number | null;
  readonly runs: Captured[];
  readonly undos: { askedMs: number; askedOrder: number; end: Captured | null; endsRun?: true }[];
  readonly stuck: string[];
  foretold: JobRecord['rollback'];
}

export type NewJobLog = Pick<JobFacts, 'id' | 'lane' | 'foretoldBy' | 'isOfPlan'> & {
  readonly spec: JobSpec;
};

const LANE_OF: Readonly<Record<string, string>> = {
  contacts: 'customer',
  contactPersons: 'customer',
  products: 'product',
  productPrices: 'product',
  invoices: 'invoice',
};

interface Context {
  readonly jobId: string;
  readonly stage: Stage;
}

/** Who asks the store: a process by its number, or null for the story itself. */
type Asker = number | null;

export class Recorder {
  readonly sequence = new Sequence();
  readonly ledger = new Ledger(this.sequence);
  readonly sendings: Sending[] = [];
  readonly stints: Stint[] = [];
  readonly jobs = new Map<string, JobLog>();
  readonly #nowMs: () => number;
  readonly #contexts = new Map<string, Context>();
  /** The program's request that Billy carries out right now. */
  #current: Sending | null = null;
  #person: string | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  begin(job: NewJobLog): JobLog {
    const log: JobLog = {
      ...job,
      startedOrder: this.sequence.next(),
      startedMs: this.#nowMs(),
      moments: [],
      failures: [],
      intended: new Set(),
      chosenOrder: null,
      runs: [],
      undos: [],
      stuck: [],
      foretold: null,
    };
    this.jobs.set(job.id, log);
    return log;
  }

  /** Whatever changes in Billy meanwhile was done by this person. */
  asPerson<T>(what: string, act: () => T): T {
    this.#person = what;
    try {
      return act();
    } finally {
      this.#person = null;
    }
  }

  /** Whatever changes in Billy meanwhile was done by this request. */
  execute<T extends { readonly status: number }>(sending: Sending, carryOut: () => T): T {
    this.#current = sending;
    try {
      const reply = carryOut();
      const pass = this.passOf(sending.jobId);
      const order = this.sequence.next();
      sending.executions.push({ order, atMs: this.#nowMs(), status: reply.status, pass });
      return reply;
    } finally {
      this.#current = null;
    }
  }

  noteChanges(changes: readonly Change[]): void {
    const nowMs = this.#nowMs();
    if (this.#current !== null) {
      this.ledger.note(changes, { who: 'program', sendingNo: this.#current.no }, nowMs);
    } else if (this.#person !== null) {
      this.ledger.note(changes, { who: 'person', what: this.#person }, nowMs);
    } else this.ledger.note(changes, { who: 'seed' }, nowMs);
  }

  passOf(jobId: string | null): number {
    const job = jobId === null ? undefined : this.jobs.get(jobId);
    return job?.moments.filter(({ isEnd }) => isEnd).length ?? 0;
  }

  /** A request that leaves now. */
  send(process: number, request: WireRequest): Sending {
    const address = addressOf(request);
    const [id = null] = address.ids;
    const named = namedIn(request.body, request.method === 'PUT' ? id : null);
    const lane = LANE_OF[address.collection] ?? '';
    const context = this.#contexts.get(`${String(process)} ${lane}`);
    const jobId = named.jobId ?? context?.jobId ?? null;
    const sending: Sending = {
      no: this.sendings.length,
      process,
      method: request.method,
      ...address,
      records: named.records,
      jobId,
      stage: named.jobId === null ? (context?.stage ?? 'run') : 'run',
      pass: this.passOf(jobId),
      order: this.sequence.next(),
      sentMs: this.#nowMs(),
      executions: [],
      status: null,
      isRefused: false,
      isHeard: false,
      doneMs: null,
    };
    this.sendings.push(sending);
    return sending;
  }

  /** What the store has just been told, or has answered. */
  noteStore(asker: Asker, name: string, told: { parameter: unknown; result: unknown }): void {
    switch (name) {
      case 'acquireLease':
        if (told.result === true) this.#noteStint(asker, told.parameter as { lease: Lease });
        break;
      case 'updateJob':
        this.#noteUpdate(asker, told.parameter as { jobId: string; patch: JobPatch });
        break;
      case 'beginStage':
        if (told.result === true) {
          const { jobId, status } = told.parameter as { jobId: string; status: string };
          this.noteStatus(asker, jobId, { status, isEnd: false });
        }
        break;
      case 'clearItems':
        this.jobs.get((told.parameter as { jobId: string }).jobId)?.failures.splice(0);
        break;
      case 'changeItems':
      case 'addPlannedItems':
        if (asker !== null) this.#noteItems(asker, told.parameter);
        break;
      default:
        break;
    }
  }

  noteStatus(asker: Asker, jobId: string, to: { status: string; isEnd: boolean }): void {
    const order = this.sequence.next();
    this.jobs.get(jobId)?.moments.push({ order, atMs: this.#nowMs(), process: asker, ...to });
  }

  #noteStint(asker: Asker, { lease }: { lease: Lease }): void {
    if (asker === null) return;
    const order = this.sequence.next();
    this.stints.push({ order, atMs: this.#nowMs(), process: asker, lane: lease.name });
  }

  #noteUpdate(asker: Asker, { jobId, patch }: { jobId: string; patch: JobPatch }): void {
    const { filter } = (patch.sourceSettings ?? {}) as { filter?: { chosen?: unknown } };
    const log = this.jobs.get(jobId);
    if (log !== undefined && filter?.chosen !== undefined) {
      log.chosenOrder ??= this.sequence.next();
    }
    const isEnd = patch.phase === 'done';
    if (patch.status === undefined && !isEnd) return;
    this.noteStatus(asker, jobId, { status: patch.status ?? 'ended', isEnd });
  }

  #noteItems(process: number, parameter: unknown): void {
    const {
      jobId,
      lease,
      changes = [],
      items = [],
    } = parameter as {
      jobId: string;
      lease: Lease;
      changes?: readonly ItemChange[];
      items?: readonly { item: { seq: number }; patch: ItemPatch }[];
    };
    const patched = [...changes, ...items.map(({ item, patch }) => ({ seq: item.seq, patch }))];
    const lane = lease.name.split(':').at(-1) ?? '';
    for (const { seq, patch } of patched) {
      if (patch.rollbackState === 'sending')
        this.#noteContext(process, lane, { jobId, stage: 'undo' });
      if (patch.state === 'sending') {
        this.#noteContext(process, lane, { jobId, stage: 'run' });
        this.jobs.get(jobId)?.intended.add(seq);
      }
      if (patch.outcome === 'failed') this.#noteFailure(process, jobId, seq);
    }
  }

  #noteContext(process: number, lane: string, context: Context): void {
    this.#contexts.set(`${String(process)} ${lane}`, context);
  }

  #noteFailure(process: number, jobId: string, seq: number): void {
    const order = this.sequence.next();
    const pass = this.passOf(jobId);
    this.jobs.get(jobId)?.failures.push({ order, atMs: this.#nowMs(), process, seq, pass });
  }
}
