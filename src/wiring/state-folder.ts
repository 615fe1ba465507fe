/** The data folder, made and checked before anything is opened in it. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dataDirOf, type Config } from '../config.js';
import { checkFolderOwner } from '../store/folder-owner.js';
import { folderFailure } from '../store/sqlite/store-failure.js';

/** Makes the data folder, for its owner alone; throws `STORE_FAILED` where it cannot be. */
export function openDataDir(config: Pick<Config, 'BULK_DATA_DIR'>): string {
  const dataDir = dataDirOf(config);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    checkFolderOwner(dataDir);
    chmodSync(dataDir, 0o700);
    return dataDir;
  } catch (error) {
    throw folderFailure(error, dataDir);
  }
}
