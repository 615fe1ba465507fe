/** A caller that has shown a valid key, token or session. */
import type { Caller } from '../organizations/caller.js';

export interface SignedIn {
  readonly caller: Caller;
  /** Tells callers apart in limits and logs; no secret. */
  readonly id: string;
  /** Tells keys, tokens and sessions apart, also those of one caller; no secret. */
  readonly credential: string;
  /** ISO 8601; null: it does not expire by itself, or its key knows. */
  readonly expiresAt: string | null;
  /** False once the key or session was revoked or has expired. */
  readonly isValid: () => Promise<boolean>;
}
