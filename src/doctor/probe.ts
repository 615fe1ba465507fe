/**
 * Tests how an account handles bulk requests, with contacts of its own. It always ends by listing all contacts
 * and deleting the ones of this probe, and of earlier probes that crashed.
 */
import { BillyFailure } from '../billy/failure.js';
import type { BulkAnswer, DeleteAnswer, SaveRecord, WireRecord } from '../billy/types.js';
import type { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import type { Capabilities } from '../model/capabilities.js';
import {
  attempt,
  failed,
  failedBy,
  fine,
  isRefusal,
  warning,
  type Check,
  type Tell,
} from './check.js';
import { deleteSentence, saveSentence } from './findings.js';
import { MARK_BYTES, probeName } from './probe-names.js';
import { listProbes, nameOf, takeAwayEarlier, takeAwayOwn, type Tidied } from './probe-tidy.js';
import { ProbeWrites, type ProbeParts } from './probe-writes.js';

/** The result of a request that Billy may not have or may refuse. Any other failure ends the probe. */
type Tried<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly error: AppError };

interface Contact {
  readonly name: string;
  readonly clientId: string;
  readonly record: SaveRecord;
}

interface Observed {
  readonly saved: Tried<BulkAnswer>;
  /** The batch with one record that Billy must refuse; null if not tried. */
  readonly spoilt: Tried<BulkAnswer> | null;
  /** The contacts that existed before the deletion. */
  readonly held: readonly WireRecord[];
  readonly removed: Tried<DeleteAnswer>;
}

/** No country has this code. */
const IMPOSSIBLE_COUNTRY = 'QQ';

async function tryIt<T>(run: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { kind: 'answered', answer: await run() };
  } catch (error) {
    if (error instanceof BillyFailure && error.isUnsupported) return { kind: 'absent' };
    if (isRefusal(error)) return { kind: 'refused', error };
    throw error;
  }
}

class Probe {
  readonly #deps: ProbeParts;
  readonly #writes: ProbeWrites;
  readonly #mark: string;
  readonly #pair: readonly Contact[];
  /** The first contact is valid, the second is not. */
  readonly #spoilt: readonly [Contact, Contact];

  constructor(deps: ProbeParts, writes: ProbeWrites, mark: string) {
    this.#deps = deps;
    this.#writes = writes;
    this.#mark = mark;
    this.#pair = [this.#contact('1 of 2'), this.#contact('2 of 2')];
    this.#spoilt = [
      this.#contact('beside a faulty one'),
      this.#contact('faulty', IMPOSSIBLE_COUNTRY),
    ];
  }

  /** Sends the requests. Rejects if it is interrupted, or an answer is lost. */
  async observe(): Promise<Observed> {
    const { signal, say } = this.#deps;
    say('Saving two contacts in one request.');
    const saved = await tryIt(() => this.#save(this.#pair));
    signal.throwIfAborted();
    let spoilt: Tried<BulkAnswer> | null = null;
    if (saved.kind === 'answered') {
      say('Saving two more; Billy must refuse one of them.');
      spoilt = await tryIt(() => this.#save(this.#spoilt));
    } else {
      say('Billy does not do that: saving them one by one.');
      await this.#saveSingly();
    }
    signal.throwIfAborted();
    const probes = await listProbes(this.#deps, signal);
    const held = probes.filter((record) => nameOf(record).includes(this.#mark));
    signal.throwIfAborted();
    say('Deleting them in one request.');
    const removed = await tryIt(() => this.#remove(held.map(({ id }) => id)));
    return { saved, spoilt, held, removed };
  }

  /** Derives the capabilities. `left` are the contacts that still existed after the deletion. */
  verdict(observed: Observed, left: readonly WireRecord[]): Omit<Capabilities, 'probedAtMs'> {
    const { saved, spoilt, held, removed } = observed;
    const isGone = removed.kind === 'answered' && left.length === 0 && held.length > 0;
    return {
      bulkSave: saved.kind === 'absent' ? 'absent' : this.#isSaved(observed) ? 'works' : 'unclear',
      isBulkSaveAtomic: spoilt?.kind === 'refused' ? !this.#isSpoiltThere(held) : null,
      echoesClientId: saved.kind === 'answered' ? this.#isEchoed(saved.answer) : null,
      errorsByClientId: spoilt?.kind === 'refused' ? this.#isNamed(spoilt.error) : null,
      bulkDelete: removed.kind === 'absent' ? 'absent' : isGone ? 'works' : 'unclear',
    };
  }

  /** True if each of the two exists once, with its person, and the answer holds both. */
  #isSaved({ saved, held }: Observed): boolean {
    if (saved.kind !== 'answered') return false;
    const answered = new Set(saved.answer.records['contacts']?.map(({ id }) => id));
    return this.#pair.every(({ name }) => {
      const [record, ...others] = held.filter((one) => nameOf(one) === name);
      if (record === undefined || others.length > 0) return false;
      const persons: unknown = record['contactPersons'];
      return Array.isArray(persons) && persons.length === 1 && answered.has(record.id);
    });
  }

  #isSpoiltThere(held: readonly WireRecord[]): boolean {
    return held.some((record) => this.#spoilt.some(({ name }) => nameOf(record) === name));
  }

  #isEchoed({ records }: BulkAnswer): boolean {
    const echoed = new Set(records['contacts']?.map((record) => record['_clientId']));
    return this.#pair.every(({ clientId }) => echoed.has(clientId));
  }

  /** True if the refusal names the invalid contact and not the valid one. */
  #isNamed(error: AppError): boolean {
    const [sound, faulty] = this.#spoilt;
    if (!(error instanceof BillyFailure)) return false;
    return error.rejected.has(faulty.clientId) && !error.rejected.has(sound.clientId);
  }

  #save(contacts: readonly Contact[]): Promise<BulkAnswer> {
    const { billy } = this.#deps;
    const records = contacts.map(({ record }) => record);
    return this.#writes.run(
      { method: 'bulk-save' },
      (options) => billy.saveMany('contacts', records, { ...options, mayRepeat: true }),
      (answer) => (answer.records['contacts'] ?? []).map(({ id }) => id),
    );
  }

  async #saveSingly(): Promise<void> {
    const { billy, signal } = this.#deps;
    for (const { record } of this.#pair) {
      signal.throwIfAborted();
      await this.#writes.run(
        { method: 'create' },
        (options) => billy.create('contacts', record.body, options),
        (answer) => [answer.record.id],
      );
    }
  }

  #remove(recordIds: readonly string[]): Promise<DeleteAnswer> {
    const { billy } = this.#deps;
    return this.#writes.run(
      { method: 'bulk-delete', recordIds },
      (options) => billy.removeMany('contacts', recordIds, options),
      ({ deleted }) => deleted['contacts'] ?? [],
    );
  }

  #contact(label: string, countryId = 'DK'): Contact {
    const clientId = this.#deps.clock.randomHex(MARK_BYTES);
    const name = probeName(label, this.#mark);
    const person = {
      _clientId: `${clientId}-person`,
      name: 'Probe',
      email: 'probe@example.com',
      isPrimary: true,
    };
    const body = {
      _clientId: clientId,
      type: 'company',
      name,
      countryId,
      // If it ever stays in Billy, people find it among the customers.
      isCustomer: true,
      contactPersons: [person],
    };
    return { name, clientId, record: { id: null, body } };
  }
}

/** A sentence about the order of the contacts in the answer. It is only shown; nothing depends on it. */
function orderOf({ saved }: Observed): string | null {
  if (saved.kind !== 'answered') return null;
  const { answer } = saved;
  const ids = answer.answers.map((one) => one?.record.id);
  if (ids.includes(undefined)) return null;
  const answered = (answer.records['contacts'] ?? []).map(({ id }) => id);
  const isSame = ids.every((id, index) => id === answered[index]);
  return `The answer holds them in ${isSame ? 'the order sent' : 'another order than sent'}.`;
}

function tidyCheck(name: string, message: string, { archived, left }: Tidied): Check {
  if (left.length > 0) {
    return failed({
      name,
      message: 'Contacts of a probe could not be deleted.',
      detail: left.join('; '),
      hint: 'Run doctor --probe-writes again, or delete them in Billy.',
    });
  }
  if (archived.length === 0) return fine({ name, message });
  return warning({
    name,
    message:
      'Some contacts of a probe are archived, because Billy refuses to delete them or they are used.',
    detail: archived.join('; '),
  });
}

/** Deletes the contacts of earlier probes; false if that fails, so that no new ones are created. */
async function sweep(deps: ProbeParts, writes: ProbeWrites, tell: Tell): Promise<boolean> {
  const name = 'leftovers';
  const tidied = await attempt(name, () => takeAwayEarlier(deps, writes), { ...deps, tell });
  if (tidied === null) return false;
  if (tidied.found.length > 0) {
    tell(tidyCheck(name, 'The contacts of an earlier probe are deleted.', tidied));
  }
  return tidied.left.length === 0;
}

async function tidy(
  deps: ProbeParts,
  { writes, mark, tell }: { writes: ProbeWrites; mark: string; tell: Tell },
): Promise<Tidied | null> {
  const name = 'tidying';
  try {
    const tidied = await takeAwayOwn(deps, writes, mark);
    tell(tidyCheck(name, 'No contact of the probe is left in Billy.', tidied));
    return tidied;
  } catch (error) {
    const hint =
      'Run doctor --probe-writes again when Billy answers: it deletes the remaining contacts.';
    const detail = `Contacts with names that end in (${mark}) may remain.`;
    tell({ ...failedBy(name, error, deps), hint, detail });
    return null;
  }
}

function tellBroken(error: unknown, deps: ProbeParts, tell: Tell): void {
  const name = 'probe';
  const hint = 'The probe has no result; run it again.';
  if (deps.signal.aborted) tell(failed({ name, message: 'The probe was interrupted.', hint }));
  else tell({ ...failedBy(name, error, deps), hint });
}

function tellFindings(found: Capabilities, observed: Observed, tell: Tell): void {
  const { saved, removed } = observed;
  const refusalOf = (tried: Tried<unknown>): string | null => {
    const detail = tried.kind === 'refused' ? tried.error.detail : null;
    return detail === null ? null : quote(detail, LIMITS.fieldCharsMax);
  };
  const detail = refusalOf(saved) ?? orderOf(observed);
  tell(fine({ name: 'bulk-save', message: saveSentence(found), detail }));
  tell(fine({ name: 'bulk-delete', message: deleteSentence(found), detail: refusalOf(removed) }));
}

/** Tests how the account handles bulk requests; null, with a failed check, if there is no result. */
export async function probeAccount(deps: ProbeParts, tell: Tell): Promise<Capabilities | null> {
  const { clock, signal } = deps;
  const writes = new ProbeWrites(deps);
  if (!(await sweep(deps, writes, tell))) return null;
  const mark = clock.randomHex(MARK_BYTES);
  const probe = new Probe(deps, writes, mark);
  let observed: Observed | null = null;
  try {
    signal.throwIfAborted();
    await writes.begin(mark);
    observed = await probe.observe();
  } catch (error) {
    tellBroken(error, deps, tell);
  }
  const tidied = await tidy(deps, { writes, mark, tell });
  if (observed === null || tidied === null) return null;
  const found = { ...probe.verdict(observed, tidied.found), probedAtMs: clock.nowMs() };
  tellFindings(found, observed, tell);
  return found;
}
