/** The names of stored files: an organization, a kind, and a name within both. */
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { isDevice } from '../disk/file-name.js';

export const STORED_KINDS = ['source', 'export', 'report', 'upload'] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

export interface StoredName {
  readonly organizationId: string;
  readonly kind: StoredKind;
  /** Unique within the organization and the kind. */
  readonly name: string;
}

// A leading dot marks what is no stored file; Windows drops a trailing dot.
const PART = /^[\w-](?:[\w.-]*[\w-])?$/;

/** True if the text may be an organization or a name: one part of a path, on every system. */
export function isStoredPart(text: string): boolean {
  const isShort = text.length <= LIMITS.storedNameCharsMax;
  return isShort && PART.test(text) && !text.includes('..') && !isDevice(text);
}

/** Throws `INTERNAL` for a name that is not safe: the callers are ours, so it is a bug of theirs. */
export function checkStoredName({ organizationId, kind, name }: StoredName): void {
  const isKnown = STORED_KINDS.includes(kind);
  if (isKnown && isStoredPart(organizationId) && isStoredPart(name)) return;
  throw new AppError({ code: 'INTERNAL', message: 'A stored file cannot have that name.' });
}
