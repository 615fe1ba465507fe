/** The store as it is built: sources cannot run as a thread. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OpenedStore } from '../contract/fixtures.js';
import { temporaryFile } from './sqlite-files.js';

type StoreModule = typeof import('../../../src/store/sqlite/sqlite-store.js');
type WriterModule = typeof import('../../../src/store/sqlite/writer/writer.js');

async function builtModule<Module>(name: string): Promise<Module> {
  const url = new URL(`../../../dist/store/${name}.js`, import.meta.url);
  if (!existsSync(fileURLToPath(url))) throw new Error('not built: run `npm run build`');
  return (await import(url.href)) as Module;
}

function builtStore(): Promise<StoreModule> {
  return builtModule<StoreModule>('sqlite/sqlite-store');
}

export function builtWriter(): Promise<WriterModule> {
  return builtModule<WriterModule>('sqlite/writer/writer');
}

/** On a file, with a thread for whatever it can store. */
export async function openThreadedStore(): Promise<OpenedStore> {
  const { openSqliteStore } = await builtStore();
  const { file, remove } = temporaryFile();
  const store = await openSqliteStore({ path: file, threadAfterRows: 0 });
  const cleanup = async (): Promise<void> => {
    await store.close();
    remove();
  };
  return { store, cleanup };
}
