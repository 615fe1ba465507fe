// A history that somebody made up, so that the oracle can be asked about it.
import type { Facts, JobSpec, Sending } from '../../scripts/chaos/facts/facts.js';
import type { Fields } from '../../scripts/chaos/facts/ledger.js';
import { Recorder, type JobLog } from '../../scripts/chaos/facts/recorder.js';
import { judge } from '../../scripts/chaos/oracle/judge.js';
import { OUTCOMES, type ItemRecord } from '../../src/model/item.js';
import type { JobRecord } from '../../src/model/job.js';

const IMPORT: JobSpec = {
  operation: 'import',
  resource: 'customer',
  rows: [{ contactNo: 'K1', name: 'Kunde 1', phone: '11 22 33 44', email: '' }],
  strategy: 'skip',
  continueOnError: true,
  rollbackOnError: false,
  archiveIfInUse: false,
  batchSize: null,
  dryRun: false,
};

const LANE = 'org:customer';
export const CONTACT: Fields = {
  contactNo: 'K1',
  name: 'Kunde 1',
  phone: '11 22 33 44',
  isArchived: false,
};

const ITEM: ItemRecord = {
  jobId: 'job0',
  seq: 1,
  row: 2,
  key: '',
  cells: [],
  problem: null,
  lines: [],
  groupKey: null,
  state: 'ended',
  plan: null,
  step: 0,
  recordId: null,
  before: null,
  after: null,
  hasWritten: false,
  waitsFor: null,
  hasFollowers: false,
  needsPlan: false,
  attempts: 0,
  intentAtMs: null,
  lostAtMs: null,
  lookedAtMs: null,
  outcome: null,
  code: null,
  field: null,
  message: null,
  rollbackState: null,
  rollbackMessage: null,
};

interface Write {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Fields;
  readonly jobId?: string;
  readonly seq?: number | undefined;
  readonly process?: number;
}

export class MadeUp {
  ms = 1000;
  readonly recorder = new Recorder(() => this.ms);
  readonly #spec: JobSpec;

  constructor(spec: Partial<JobSpec> = {}) {
    this.#spec = { ...IMPORT, ...spec };
  }

  /** Somebody's record, there or changed or gone (null) from now on. */
  person(id: string, fields: Fields | null, collection = 'contacts'): void {
    this.recorder.asPerson('somebody', () => {
      this.#change(collection, id, fields);
    });
  }

  seed(id: string, fields: Fields, isOwn = true): void {
    this.recorder.noteChanges([{ collection: 'contacts', id, before: null, after: fields, isOwn }]);
  }

  begin(id = 'job0', of: Partial<JobSpec> & { foretoldBy?: string } = {}): JobLog {
    this.ms += 10;
    const { foretoldBy = null, ...spec } = of;
    const log = this.recorder.begin({
      ...{ id, lane: LANE, foretoldBy, isOfPlan: foretoldBy !== null },
      spec: { ...this.#spec, ...spec },
    });
    this.stint(1);
    return log;
  }

  /** A process takes the lane. */
  stint(process: number): void {
    const parameter = { lease: { name: LANE, owner: String(process) } };
    this.recorder.noteStore(process, 'acquireLease', { parameter, result: true });
  }

  status(id: string, status: string, isEnd = false): void {
    this.recorder.noteStatus(1, id, { status, isEnd });
  }

  /** A row ends failed, as the store is told. */
  fail(seq: number, jobId = 'job0'): void {
    const changes = [{ seq, from: ['sending'], patch: { state: 'ended', outcome: 'failed' } }];
    const parameter = { jobId, lease: { name: LANE, owner: '1' }, changes };
    this.recorder.noteStore(1, 'changeItems', { parameter, result: undefined });
  }

  /** The store is told that a request for this row is about to leave. */
  intendDeletion(seq = 1, jobId = 'job0'): void {
    const changes = [{ seq, from: ['ready'], patch: { state: 'sending' } }];
    const parameter = { jobId, lease: { name: LANE, owner: '1' }, changes };
    this.recorder.noteStore(1, 'changeItems', { parameter, result: undefined });
  }

  /** The store is told that the rollback of this row sends something. */
  intendUndo(seq: number, jobId = 'job0'): void {
    const changes = [{ seq, from: ['ended'], patch: { rollbackState: 'sending' } }];
    const parameter = { jobId, lease: { name: LANE, owner: '1' }, changes };
    this.recorder.noteStore(1, 'changeItems', { parameter, result: undefined });
  }

  /** A request leaves; what Billy does with it is said by `executed`. */
  send({ method, path, body, jobId = 'job0', seq, process = 1 }: Write): Sending {
    this.ms += 1;
    const clientId = seq === undefined ? {} : { _clientId: `${jobId}-${String(seq)}` };
    const text =
      body === undefined ? {} : { body: JSON.stringify({ contact: { ...body, ...clientId } }) };
    return this.recorder.send(process, { method, path, ...text });
  }

  executed(sending: Sending, id: string, fields: Fields | null): void {
    this.ms += 1;
    this.recorder.execute(sending, () => {
      this.#change('contacts', id, fields);
      return { status: 200 };
    });
  }

  /** The whole way of a write that goes well. */
  write(write: Write, id: string, fields: Fields | null): Sending {
    const sending = this.send(write);
    this.executed(sending, id, fields);
    sending.isHeard = true;
    return sending;
  }

  /** The run comes to its end with these rows. */
  end(log: JobLog, items: readonly Partial<ItemRecord>[], job: Partial<JobRecord> = {}): void {
    this.status(log.id, job.status ?? 'completed', true);
    log.runs.push(this.#captured(items, job));
  }

  askUndo(log: JobLog): void {
    this.ms += 1;
    this.status(log.id, 'rolling_back');
    const askedOrder = this.recorder.sequence.next();
    log.undos.push({ askedMs: this.ms, askedOrder, end: null });
    this.ms += 1;
  }

  endUndo(log: JobLog, items: readonly Partial<ItemRecord>[]): void {
    this.status(log.id, 'rolled_back', true);
    const [undo] = log.undos;
    const written = items.filter(({ hasWritten }) => hasWritten === true);
    const count = (state: string): number =>
      written.filter(({ rollbackState }) => rollbackState === state).length;
    const counts = { reversed: count('reversed'), kept: count('kept'), errored: count('errored') };
    const done = { status: 'done', reason: null, total: written.length, ...counts } as const;
    const times = { startedAtMs: 0, completedAtMs: 0 };
    const job = { status: 'rolled_back', rollback: { ...done, ...times } } as const;
    if (undo !== undefined) undo.end = this.#captured(items, job);
  }

  /** The kinds of all findings, each once. */
  verdict(of: Partial<Facts> = {}): string[] {
    const { ledger, sendings, stints, jobs } = this.recorder;
    const { findings } = judge({
      ...{ ledger, sendings, stints, jobs: [...jobs.values()] },
      alter: (_collection, _field, value) => value,
      ...{ lagMs: 0, slackMs: 0, lateMs: 0 },
      ...of,
    });
    return [...new Set(findings.map(({ kind }) => kind))];
  }

  #change(collection: string, id: string, after: Fields | null): void {
    const before = this.recorder.ledger.fieldsAt({ collection, id }, Number.MAX_SAFE_INTEGER);
    this.recorder.noteChanges([{ collection, id, before, after, isOwn: true }]);
  }

  #captured(items: readonly Partial<ItemRecord>[], job: Partial<JobRecord>) {
    const whole = items.map((item, index) => ({
      ...ITEM,
      seq: index + 1,
      row: index + 2,
      ...item,
    }));
    const outcomes = OUTCOMES.map(
      (outcome) => [outcome, whole.filter((item) => item.outcome === outcome).length] as const,
    );
    const record = { status: 'completed', error: null, rollback: null, ...job };
    return {
      order: this.recorder.sequence.next(),
      atMs: this.ms,
      job: { ...record, outcomes: Object.fromEntries(outcomes) } as JobRecord,
      items: whole,
    };
  }
}
