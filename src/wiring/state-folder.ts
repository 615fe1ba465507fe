/** Creates and checks the data folder, before anything in it is opened. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dataDirOf, type Config } from '../config.js';
import { checkFolderOwner } from '../store/folder-owner.js';
import { folderFailure } from '../store/sqlite/store-failure.js';

/** Creates the data folder, for its owner only; throws `STORE_FAILED` if that fails. */
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
