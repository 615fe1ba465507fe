/** Flags of the command line, as commander hands them over, and the settings among them. */
import { dataDirOf, flagOf, resolveConfig, SETTINGS } from '../config.js';
import type { Host } from './host.js';

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** The flags that are settings, in kebab-case; commander names them in camelCase. */
export function settingFlags(flags: Flags): Record<string, string | undefined> {
  const entries = SETTINGS.map(({ name }) => {
    const flag = flagOf(name);
    const key = flag.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
    const value = flags[key];
    return [flag, typeof value === 'string' ? value : undefined] as const;
  });
  return Object.fromEntries(entries);
}

/** The data folder, for commands that need no other setting: an invalid one elsewhere does not stop them. */
export function dataDirFor(flags: Flags, { env }: Pick<Host, 'env'>): string {
  const { BULK_DATA_DIR: folder } = env;
  return dataDirOf(resolveConfig({ flags: settingFlags(flags), env: { BULK_DATA_DIR: folder } }));
}
