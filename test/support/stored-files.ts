// The stored files of a data folder, as they lie there.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export type StoredFolder = 'sources' | 'exports' | 'reports' | 'uploads';

/** Names of all files of that kind, of every organization, those without a name of their own included. */
export function storedFiles(dataDir: string, kind: StoredFolder): string[] {
  const folder = path.join(dataDir, kind);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** The folder in which an organization's files of that kind lie. */
export function storedFolder(dataDir: string, kind: StoredFolder, organizationId: string): string {
  return path.join(dataDir, kind, organizationId);
}
