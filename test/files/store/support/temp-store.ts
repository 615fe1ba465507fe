// A store of files in a temporary folder.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/core/clock.js';
import { FolderFileStore } from '../../../../src/files/store/folder-file-store.js';
import { storedFiles } from '../../../support/stored-files.js';
import type { OpenedFileStore, StoreClock } from '../contract/fixtures.js';

const KINDS = ['sources', 'exports', 'reports'] as const;
const UNNAMED = /\.(?:part|local)$/;

export interface FolderGround extends OpenedFileStore {
  readonly folder: string;
}

/** The owners of old sources, by their names. */
export type Owners = Readonly<Record<string, string>>;

/** To be cleaned up by the caller. */
export async function openFolderFiles(
  clock: StoreClock = systemClock,
  owners: Owners = {},
): Promise<FolderGround> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'file-store-'));
  const ownerOfOldSource = (name: string) => Promise.resolve(owners[name] ?? null);
  return {
    folder,
    files: new FolderFileStore({ folder, clock, ownerOfOldSource }),
    unnamedCount: () => {
      const names = KINDS.flatMap((kind) => storedFiles(folder, kind));
      return Promise.resolve(names.filter((name) => UNNAMED.test(name)).length);
    },
    cleanup: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Cleaned up at the end of the test. */
export async function folderFiles(owners: Owners = {}): Promise<FolderGround> {
  const ground = await openFolderFiles(systemClock, owners);
  onTestFinished(ground.cleanup);
  return ground;
}
