/** The port of the send log: the recent requests of all processes, so that they keep one limit together. */
import type { SendDecision, SendRequest, StoredRate } from '../../model/send-log.js';

/** A send that asks for its place under the limit of a scope. */
export type ScopedSendRequest = SendRequest & { readonly scope: string };

export interface SendLogPort {
  /**
   * Stamps a send, now or up to `leadMs` ahead, if the sliding window that ends there stays within the
   * count, the last send is about `spacingMs` before (a late one brings the next forward) and no pause
   * holds; else returns the time to wait, or that the pace has another version by now. An earlier stamp
   * of the same slot gives way unless the version is another. `now` is wall time, read while no other
   * process can stamp.
   */
  reserveSend(ask: ScopedSendRequest): Promise<SendDecision>;
  /** Moves the stamp of a send that left late; an earlier time changes nothing. */
  correctSendTime(left: { slot: string; atMs: number }): Promise<void>;
  /** Stamps no send of the scope for `ms` from `nowMs`; a pause that lasts longer stays. */
  pauseSends(pause: { scope: string; nowMs: number; ms: number }): Promise<void>;
  /** Marks a send as refused; returns its stamp, or null when the log has dropped it. */
  markRefused(refused: { slot: string }): Promise<number | null>;
  /** Times of the sends of a span that were not refused, in order, and the learned rate. */
  readSends(span: {
    scope: string;
    sinceMs: number;
    untilMs: number;
  }): Promise<{ accepted: number[]; kept: StoredRate }>;
  /** The scopes with a send since that moment, and the versions of their learned rates. */
  listSendScopes(span: { sinceMs: number }): Promise<{ scope: string; paceVersion: number }[]>;
  /** Stores the learned rate in place of that version; false when the version is another by now. */
  saveLearnedRate(next: StoredRate & { scope: string }): Promise<boolean>;
}
