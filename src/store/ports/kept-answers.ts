/** The port of kept answers, for repeated requests. */
import type { KeptAnswer, KeptRequest, Repetition } from '../../model/kept-answer.js';

/** Names the holder of a request, which carries it out. */
interface Holder {
  readonly id: string;
  /** Random; another one if the request was taken over. */
  readonly holder: string;
}

export interface KeptAnswersPort {
  /**
   * Begins a request, or returns the fate of the same one. Removes answers after their time. Of several
   * that ask at once, one begins.
   */
  beginRequest(
    request: KeptRequest & Holder & { nowMs: number; keptUntilMs: number; heldUntilMs: number },
  ): Promise<Repetition>;
  /** Holds the request longer; false: it was taken over, or has its answer. */
  holdRequest(request: Holder & { heldUntilMs: number }): Promise<boolean>;
  /** Keeps the answer. `jobId`: the job that it is about; its purge takes the content of the answer out. */
  keepAnswer(request: Holder & { answer: KeptAnswer; jobId: string | null }): Promise<void>;
  /** Removes the requests and answers whose time is over. */
  removeOldAnswers(ask: { nowMs: number }): Promise<void>;
  /** Forgets the request, so that it may begin again. */
  forgetRequest(request: Holder): Promise<void>;
}
