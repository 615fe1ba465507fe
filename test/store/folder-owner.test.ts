import { chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFolderOwner } from '../../src/store/folder-owner.js';
import { tempRoot } from '../tools/support/workbench.js';

const IS_ROOT = process.getuid?.() === 0;
const SOMEBODY = 12_345;
const REFUSED = expect.objectContaining({
  code: 'STORE_FAILED',
  hint: expect.stringContaining('BULK_DATA_DIR') as string,
}) as Error;

async function dataDir(): Promise<string> {
  const folder = join(await tempRoot(), 'data');
  for (const name of ['sources', 'exports']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'jobs.sqlite'), '');
  return folder;
}

function check(folder: string, ownUid?: number): () => void {
  return () => {
    checkFolderOwner(folder, ownUid);
  };
}

describe('a data folder', () => {
  it('of one’s own is used, and so is one that does not exist', async () => {
    const folder = await dataDir();
    expect(check(folder)).not.toThrow();
    expect(check(join(folder, 'none'))).not.toThrow();
  });

  it.runIf(IS_ROOT)(
    'of root is not refused here: its permissions say whether it can be used',
    async () => {
      expect(check(await dataDir(), SOMEBODY)).not.toThrow();
    },
  );

  it.runIf(IS_ROOT).each(['', 'jobs.sqlite', 'sources', 'exports'])(
    'of another user is refused, also by root (%s)',
    async (part) => {
      const folder = await dataDir();
      chownSync(join(folder, part), SOMEBODY, SOMEBODY);
      expect(check(folder)).toThrow(REFUSED);
      expect(check(folder, SOMEBODY + 1)).toThrow(REFUSED);
      expect(check(folder)).toThrow(String(SOMEBODY));
      expect(check(folder, SOMEBODY)).not.toThrow();
    },
  );

  it.runIf(IS_ROOT)('is refused through another user’s link to one’s own', async () => {
    const folder = await dataDir();
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    expect(check(link)).not.toThrow();
    lchownSync(link, SOMEBODY, SOMEBODY);
    expect(check(link)).toThrow(REFUSED);
  });
});
