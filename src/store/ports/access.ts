/** The port of access: the sealed tokens of organizations, and the keys of callers. */
import type { BrowserSession, CallerKey, SealedToken } from '../../model/access.js';

/** The name of the person or program that makes a change, for the journal. */
interface By {
  readonly by: string;
  readonly nowMs: number;
}

export interface SealedTokensPort {
  /** Stores the token in place of an earlier one of the organization, with an entry in its journal. */
  saveToken(token: Omit<SealedToken, 'addedAtMs' | 'addedBy'> & By): Promise<void>;
  /** All tokens by the ids of their organizations. */
  listTokens(): Promise<SealedToken[]>;
  /**
   * Erases the token, with an entry in the organization's journal; false: there is none, or a job of the
   * organization has not ended.
   */
  removeToken(token: { organizationId: string } & By): Promise<boolean>;
  /** Stores another sealing of the same token; false: the token has changed or is gone. */
  resealToken(token: { organizationId: string; from: string; to: string }): Promise<boolean>;
}

export type NewKey = Omit<CallerKey, 'lastUsedAtMs' | 'revokedAtMs'>;

export interface CallerKeysPort {
  /** Stores a new key, with an entry in the journal of the server. */
  createKey(key: NewKey): Promise<void>;
  /** The key with that hash, revoked and expired ones too; null: there is none. */
  findKey(key: { hash: string }): Promise<CallerKey | null>;
  /** All keys, oldest first. */
  listKeys(): Promise<CallerKey[]>;
  /** Revokes the key, with an entry in the journal of the server; false: there is none, or it is revoked. */
  revokeKey(key: { id: string } & By): Promise<boolean>;
  /** Notes that the key was used. */
  touchKey(key: { id: string; nowMs: number }): Promise<void>;
}

export interface SessionsPort {
  /** Stores a session, with an entry in the journal of the server, and removes those that have expired. */
  createSession(session: BrowserSession & { by: string }): Promise<void>;
  /** The session with that hash, expired ones too; null: there is none. */
  findSession(session: { idHash: string }): Promise<BrowserSession | null>;
  /** Removes the session, with an entry in the journal of the server; false: there is none. */
  endSession(session: { idHash: string } & By): Promise<boolean>;
}

export type AccessPort = SealedTokensPort & CallerKeysPort & SessionsPort;
