/** All hostile files by name, to be written in any size. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOSTILE_CSV, HOSTILE_JSON } from './texts.js';
import { HOSTILE_WORKBOOKS } from './workbooks.js';

export interface HostileFile {
  readonly name: string;
  /** Writes one of this size and says where; a workbook's is that of the attacked part unpacked. */
  readonly write: (folder: string, bytes: number) => Promise<string>;
}

function filesOf(
  ending: string,
  makers: Readonly<Record<string, (bytes: number) => string | Buffer>>,
): HostileFile[] {
  return Object.entries(makers).map(([name, make]) => ({
    name: `${ending}: ${name}`,
    write: async (folder, bytes) => {
      const path = join(folder, `hostile.${ending}`);
      await writeFile(path, make(bytes));
      return path;
    },
  }));
}

export const HOSTILE_FILES: readonly HostileFile[] = [
  ...filesOf('csv', HOSTILE_CSV),
  ...filesOf('json', HOSTILE_JSON),
  ...filesOf('xlsx', HOSTILE_WORKBOOKS),
];
