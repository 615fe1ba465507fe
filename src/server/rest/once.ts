/** Carries a POST with the header `Idempotency-Key` out once: the same request again gets the first answer again. */
import { InputError, JobError } from '../../core/errors.js';
import { canonicalJson, sha256 } from '../../core/hash.js';
import type { HeldRequest, KeptAnswers } from '../../jobs/admin/kept-answers.js';
import type { Answered, KeptAnswer } from '../../model/kept-answer.js';
import { signedInTo, type WebRoute } from '../web-route.js';

const HEADER = 'idempotency-key';
const KEY = /^[\x21-\x7e]{1,255}$/;
const REPEATED = { 'idempotent-replayed': 'true' };
const TOO_MANY = 429;
const OWN_FAULT = 500;

/** Ends a repeated request: it has its answer already. */
export class Repeated extends Error {
  readonly answered: Answered;

  constructor(answered: Answered) {
    super('the request was answered before');
    this.answered = answered;
  }

  response(): Response {
    const { status, headers, body } = this.answered.answer;
    return new Response(body, { status, headers: { ...headers, ...REPEATED } });
  }
}

function noKey(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The header Idempotency-Key is not 1 to 255 visible characters of ASCII.',
    hint: 'Use a UUID, a new one for each request that is to have an effect of its own.',
  });
}

function otherRequest(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'This Idempotency-Key was used within 24 hours for a request with another body.',
    hint: 'Use a new key for another request, or send the same body again.',
  });
}

function stillRunning(): JobError {
  return new JobError({
    code: 'JOB_STATE',
    message: 'The request with this Idempotency-Key is still being carried out.',
    hint: 'Send it again in a few seconds for its answer.',
  });
}

/** True if the same request would be refused or fail for another reason later, and has had no effect. */
function isPassing(status: number): boolean {
  return status === TOO_MANY || status >= OWN_FAULT;
}

/** One request. Without the header, nothing is looked up and nothing is kept. */
export class Once {
  readonly #answers: KeptAnswers;
  readonly #web: WebRoute;
  #held: HeldRequest | null = null;

  constructor(answers: KeptAnswers, web: WebRoute) {
    this.#answers = answers;
    this.#web = web;
  }

  /** `sent`: a text that differs where the request does. Rejects with `Repeated`, or with the reason of a refusal. */
  async identify(sent: string): Promise<void> {
    const { req } = this.#web;
    const key = req.method === 'POST' ? req.header(HEADER) : undefined;
    if (key === undefined || this.#held !== null) return;
    if (!KEY.test(key)) throw noKey();
    const parts = [signedInTo(this.#web).id, req.method, req.path, key];
    const id = sha256(canonicalJson(parts));
    // With the id, so that the hashes do not show which callers sent equal bodies.
    const begun = await this.#answers.begin({ id, fingerprint: sha256(`${id} ${sent}`) });
    if (begun.kind === 'answered') throw new Repeated(begun);
    if (begun.kind === 'other') throw otherRequest();
    if (begun.kind === 'running') throw stillRunning();
    this.#held = begun.held;
  }

  /** Keeps the answer, unless another try may have another one. null: there is none that may be kept. */
  async end(answer: KeptAnswer | null, jobId: string | null): Promise<void> {
    const held = this.#held;
    if (held === null) return;
    if (answer === null || isPassing(answer.status)) await held.forget();
    else await held.keep(answer, jobId);
  }
}
