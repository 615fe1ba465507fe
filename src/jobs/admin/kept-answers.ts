/** Answers repeated requests as the first one was answered, so that none is carried out twice. */
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { KeptAnswer, KeptRequest, Repetition } from '../../model/kept-answer.js';
import type { KeptAnswersPort } from '../../store/ports/kept-answers.js';

/** Contract, section 7. */
const KEPT_MS = 24 * 3_600_000;
/** After this time without a sign of life, another process may begin the request again. */
const HELD_MS = 15_000;
const HOLD_EVERY_MS = 5000;
const HOLDER_BYTES = 8;

interface KeptAnswersDeps {
  readonly store: KeptAnswersPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** A request that is being carried out. Ends with one of its methods. */
export interface HeldRequest {
  /** Keeps the answer. It is sent even if it cannot be kept. */
  keep(answer: KeptAnswer, jobId: string | null): Promise<void>;
  /** Forgets the request: nothing has happened, so it may be sent again. */
  forget(): Promise<void>;
}

export type Begun =
  | { readonly kind: 'begun'; readonly held: HeldRequest }
  | Exclude<Repetition, { readonly kind: 'begun' }>;

export class KeptAnswers {
  readonly #deps: KeptAnswersDeps;

  constructor(deps: KeptAnswersDeps) {
    this.#deps = deps;
  }

  /** Begins the request and holds it, or returns the fate of the same one. */
  async begin(request: KeptRequest): Promise<Begun> {
    const { store, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const holder = clock.randomHex(HOLDER_BYTES);
    const bounds = { nowMs, keptUntilMs: nowMs + KEPT_MS, heldUntilMs: nowMs + HELD_MS };
    const repetition = await store.beginRequest({ ...request, holder, ...bounds });
    if (repetition.kind !== 'begun') return repetition;
    return { kind: 'begun', held: this.#hold({ id: request.id, holder }) };
  }

  #hold(request: { id: string; holder: string }): HeldRequest {
    const { store, clock } = this.#deps;
    const stop = clock.every(HOLD_EVERY_MS, () => {
      const heldUntilMs = clock.nowMs() + HELD_MS;
      void this.#noting(store.holdRequest({ ...request, heldUntilMs }));
    });
    return {
      keep: async (answer, jobId) => {
        stop();
        await this.#noting(store.keepAnswer({ ...request, answer, jobId }));
      },
      forget: async () => {
        stop();
        await this.#noting(store.forgetRequest(request));
      },
    };
  }

  /** The request itself has succeeded or failed already, which is the answer. */
  async #noting(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.#deps.log.warn({ event: 'answer.not-kept', error: messageOf(error) });
    });
  }
}
