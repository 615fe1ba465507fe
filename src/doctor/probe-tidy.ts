/** Deletes the contacts of probes. It finds them by listing all contacts, so lost answers do not matter. */
import type { ReadOptions, WireRecord } from '../billy/types.js';
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { customer } from '../resources/contact/customer.js';
import type { Use } from '../resources/definition/resource.js';
import { isRefusal } from './check.js';
import { isProbeName } from './probe-names.js';
import type { ProbeParts, ProbeWrites } from './probe-writes.js';

export interface Tidied {
  /** The contacts that the first listing found, with their persons. */
  readonly found: readonly WireRecord[];
  /** Names of contacts that could only be archived. */
  readonly archived: readonly string[];
  /** Names of contacts that could not be deleted or archived. */
  readonly left: readonly string[];
}

/** Rounds of deletions. Before each round, and after the last one, the contacts are listed. */
const ROUNDS = 3;

export function nameOf(record: WireRecord): string {
  const name = record['name'];
  return isProbeName(name) ? name : '';
}

/** All contacts of probes, with their persons. No filter is sent, because Billy may ignore it. */
export async function listProbes(
  { billy }: Pick<ProbeParts, 'billy'>,
  signal?: AbortSignal,
): Promise<WireRecord[]> {
  const read: ReadOptions = {
    priority: 'interactive',
    patienceMs: LIMITS.outageMs,
    ...(signal === undefined ? {} : { signal }),
  };
  const found: WireRecord[] = [];
  const include = 'contact.contactPersons:embed';
  for await (const records of billy.listAll('contacts', { ...read, include })) {
    found.push(...records.filter((record) => nameOf(record) !== ''));
  }
  return found;
}

async function addUsed({ billy }: ProbeParts, use: Use, used: Set<string>): Promise<void> {
  const read: ReadOptions = { priority: 'interactive', patienceMs: LIMITS.outageMs };
  for await (const records of billy.listAll(use.collection, read)) {
    for (const id of records.flatMap((record) => use.referencedIds(record))) used.add(id);
  }
}

/** Ids of contacts that invoices or bills use. */
async function listUsed(deps: ProbeParts): Promise<Set<string>> {
  const used = new Set<string>();
  for (const use of customer.uses) {
    try {
      await addUsed(deps, use, used);
    } catch (error) {
      // An account without such a list has no such use.
      if (!isRefusal(error)) throw error;
    }
  }
  return used;
}

/** The write was lost, not sent, or refused: the next listing shows the remaining contacts. */
function isAboutOne(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.retry !== 'never' || isRefusal(thrown));
}

class Tidying {
  readonly #deps: ProbeParts;
  readonly #writes: ProbeWrites;
  readonly #archived = new Map<string, string>();

  constructor(deps: ProbeParts, writes: ProbeWrites) {
    this.#deps = deps;
    this.#writes = writes;
  }

  async run(
    isOurs: (record: WireRecord) => boolean,
    findUsed: () => Promise<ReadonlySet<string>>,
  ): Promise<Tidied> {
    await this.#writes.settle();
    const found = await this.#look(isOurs);
    const used = found.length === 0 ? new Set<string>() : await findUsed();
    let present = found;
    for (let round = 1; round <= ROUNDS && present.length > 0; round += 1) {
      for (const record of present) await this.#takeOne(record, used);
      present = await this.#look(isOurs);
    }
    const archived = [...this.#archived.values()];
    return { found, archived, left: present.map(nameOf) };
  }

  /** The contacts that exist and are not archived yet. */
  async #look(isOurs: (record: WireRecord) => boolean): Promise<WireRecord[]> {
    const probes = await listProbes(this.#deps);
    return probes.filter((record) => isOurs(record) && !this.#archived.has(record.id));
  }

  async #takeOne(record: WireRecord, used: ReadonlySet<string>): Promise<void> {
    try {
      if (used.has(record.id) || !(await this.#isDeletable(record.id))) await this.#archive(record);
    } catch (error) {
      if (!isAboutOne(error)) throw error;
    }
  }

  /** Deletes a contact; false if Billy refuses. */
  async #isDeletable(id: string): Promise<boolean> {
    const write = { method: 'delete', recordIds: [id], isTidying: true } as const;
    try {
      await this.#writes.run(
        write,
        (options) => this.#deps.billy.remove({ collection: 'contacts', id }, options),
        ({ deleted }) => deleted['contacts'] ?? [],
      );
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  async #archive(record: WireRecord): Promise<void> {
    const { id } = record;
    if (record['isArchived'] !== true) {
      const write = { method: 'archive', recordIds: [id], isTidying: true } as const;
      const body = { isArchived: true };
      const target = { collection: 'contacts', id } as const;
      await this.#writes.run(
        write,
        (options) => this.#deps.billy.update(target, body, options),
        () => [id],
      );
    }
    this.#archived.set(id, nameOf(record));
  }
}

/** Deletes the contacts of this probe. They are too new to be used by an invoice or bill. */
export function takeAwayOwn(deps: ProbeParts, writes: ProbeWrites, mark: string): Promise<Tidied> {
  const isOwn = (record: WireRecord): boolean => nameOf(record).endsWith(`(${mark})`);
  return new Tidying(deps, writes).run(isOwn, () => Promise.resolve(new Set()));
}

/** Deletes the contacts of earlier probes that crashed; contacts that are used meanwhile are archived. */
export function takeAwayEarlier(deps: ProbeParts, writes: ProbeWrites): Promise<Tidied> {
  return new Tidying(deps, writes).run(
    () => true,
    () => listUsed(deps),
  );
}
