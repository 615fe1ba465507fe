/** The keys of callers, and the sealed tokens of organizations, as the store keeps them. */

/** `viewer` reads; `operator` also starts and stops jobs; `admin` also manages organizations and keys. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** The ids that a caller may reach; 'all': every organization of this server. */
export type OrganizationsReached = 'all' | readonly string[];

/** The access token of an organization, sealed: only the server's secret key opens it. */
export interface SealedToken {
  readonly organizationId: string;
  /** The hash under which Billy's answer about the token is stored. */
  readonly tokenHash: string;
  readonly sealed: string;
  readonly addedAtMs: number;
  readonly addedBy: string;
}

/** What a browser has signed in with: a key, the admin key of the settings, or the link that the start prints. */
export type SessionCredential = 'key' | 'admin-key' | 'link';

/** A session of a browser. Its id is nowhere, only its SHA-256. */
export interface BrowserSession {
  readonly idHash: string;
  readonly credential: SessionCredential;
  /** The SHA-256 of the key that the session ends with; null: it ends with no key. */
  readonly keyHash: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** A key of a caller. The key itself is nowhere, only its SHA-256. */
export interface CallerKey {
  readonly id: string;
  /** Lower-case hex of the SHA-256 of the whole key. */
  readonly hash: string;
  /** The first characters of the key, for lists. */
  readonly prefix: string;
  readonly name: string;
  readonly role: Role;
  readonly organizations: OrganizationsReached;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** null: it does not expire. */
  readonly expiresAtMs: number | null;
  /** null: it was not used yet. */
  readonly lastUsedAtMs: number | null;
  /** null: it is not revoked. */
  readonly revokedAtMs: number | null;
}
