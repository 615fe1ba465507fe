/**
 * One request that deletes many records, and what its answer proves about each of them. Jobs and rollbacks
 * delete through this class. A record that the answer lists is gone. A record that the answer leaves out must
 * be looked up (billy-api.md section 2.2). A refused request is to be halved, until the refused record is
 * deleted alone.
 */
import { BillyFailure } from '../../billy/failure.js';
import type { BillyClient, DeleteAnswer, WriteOptions } from '../../billy/types.js';
import type { AppError } from '../../core/errors.js';
import type { Resource } from '../../resources/definition/resource.js';
import { deleteBatches, halvesOf } from './delete-sizes.js';
import { failureOf } from './send-item.js';

export type DeletionEnd<T> =
  /** Billy answered. The answer does not list `left`. */
  | { readonly kind: 'answered'; readonly gone: readonly T[]; readonly left: readonly T[] }
  /** Billy refused the request. It lists `gone` as deleted; `smaller` are the batches to send instead. */
  | {
      readonly kind: 'refused';
      readonly error: AppError;
      readonly gone: readonly T[];
      readonly left: readonly T[];
      readonly smaller: readonly (readonly T[])[];
    }
  | { readonly kind: 'lost'; readonly error: AppError }
  /** Nothing happened; the error is null if the request left the queue before it was sent. */
  | { readonly kind: 'notSent'; readonly error: AppError | null; readonly thrown: unknown };

/** True if Billy does not know such a request at all; it may know a single deletion. */
function isUnknownToBilly(error: AppError): boolean {
  return (
    error instanceof BillyFailure &&
    (error.isUnsupported || error.billyCode === 'INVALID_DELETE_ID_ARRAY')
  );
}

interface DeletionDeps {
  readonly billy: Pick<BillyClient, 'removeMany'>;
  readonly resource: Pick<Resource, 'collection'>;
}

export class BatchDeletion<T> {
  readonly #deps: DeletionDeps;
  readonly #idOf: (entry: T) => string;
  #isKnown = true;

  constructor(deps: DeletionDeps, idOf: (entry: T) => string) {
    this.#deps = deps;
    this.#idOf = idOf;
  }

  /** False once Billy has refused such requests as unknown: then each record is deleted alone. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Splits the entries, in their order, into batches of one request each. */
  batches(entries: readonly T[]): T[][] {
    return deleteBatches(entries, this.#idOf);
  }

  /** Sends one request. Throws only if the worker itself must stop. */
  async send(batch: readonly T[], options: WriteOptions): Promise<DeletionEnd<T>> {
    const { billy, resource } = this.#deps;
    try {
      const ids = batch.map(this.#idOf);
      const { deleted } = await billy.removeMany(resource.collection, ids, options);
      return { kind: 'answered', ...this.#divide(batch, deleted) };
    } catch (thrown) {
      return this.#endOf(batch, thrown);
    }
  }

  #endOf(batch: readonly T[], thrown: unknown): DeletionEnd<T> {
    const failure = failureOf(thrown);
    if (failure.kind === 'notSent') return { ...failure, thrown };
    if (failure.kind === 'lost') return { kind: 'lost', error: failure.error };
    const { error } = failure;
    const { gone, left } = this.#divide(batch, error instanceof BillyFailure ? error.deleted : {});
    this.#isKnown &&= !isUnknownToBilly(error);
    const smaller = this.#isKnown ? halvesOf(left) : [left];
    return {
      kind: 'refused',
      error,
      gone,
      left,
      smaller: smaller.filter(({ length }) => length > 0),
    };
  }

  #divide(batch: readonly T[], deleted: DeleteAnswer['deleted']): { gone: T[]; left: T[] } {
    const listed = new Set(deleted[this.#deps.resource.collection]);
    const isListed = (entry: T): boolean => listed.has(this.#idOf(entry));
    return { gone: batch.filter(isListed), left: batch.filter((entry) => !isListed(entry)) };
  }
}
