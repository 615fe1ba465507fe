/** The types of kept answers: a repeated request gets the first answer and is not carried out again. */

/** A request with the header `Idempotency-Key`. */
export interface KeptRequest {
  /** A hash of the caller, the method, the path and the key. */
  readonly id: string;
  /** A hash of what was sent. */
  readonly fingerprint: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null: it had none. */
  readonly body: string | null;
}

/** `jobId`: the job that the answer is about. */
export interface Answered {
  readonly kind: 'answered';
  readonly answer: KeptAnswer;
  readonly jobId: string | null;
}

/**
 * `begun`: the request is new, or the process that carried it out has died. `running`: another one carries it out.
 * `other`: the key was used for another request.
 */
export type Repetition =
  Answered | { readonly kind: 'begun' } | { readonly kind: 'running' } | { readonly kind: 'other' };
