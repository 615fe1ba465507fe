// Files that callers name.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../../support/engine-world.js';

describe('targetFor', () => {
  it('is the real path of a file that may be written', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = await world.parts.targetFor('out.csv', { overwrite: false });
    expect(path).toBe(join(world.folder, 'out.csv'));
    expect(existsSync(path)).toBe(false);
  });

  it('is refused where a file lies already, unless that may go', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = join(world.folder, 'out.csv');
    writeFileSync(path, 'mine');
    await expect(world.parts.targetFor(path, { overwrite: false })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      hint: expect.stringContaining('overwrite') as string,
    });
    expect(await world.parts.targetFor(path, { overwrite: true })).toBe(path);
  });

  it('is refused outside the allowed folders', async () => {
    const world = await calmWorld({ isHeld: true });
    for (const path of ['/tmp/x.csv', '../x.csv', join(world.dataDir, 'x.csv')]) {
      await expect(world.parts.targetFor(path, { overwrite: true })).rejects.toMatchObject({
        code: 'PATH_NOT_ALLOWED',
      });
    }
  });
});

describe('writeTarget', () => {
  async function* content(): AsyncGenerator<string> {
    yield await Promise.resolve('name\n');
  }

  it('writes for the owner alone, over nothing that is there unless that may go', async () => {
    const world = await calmWorld({ isHeld: true });
    const path = join(world.folder, 'out.csv');
    await world.parts.writeTarget({ path, overwrite: false }, content());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = world.parts.writeTarget({ path, overwrite: false }, content());
    await expect(again).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await world.parts.writeTarget({ path, overwrite: true }, content());
  });

  it('judges the path anew', async () => {
    const world = await calmWorld({ isHeld: true });
    for (const [path, code] of [
      [join(world.dataDir, 'x.csv'), 'PATH_NOT_ALLOWED'],
      [join(world.folder, 'run.sh'), 'INPUT_INVALID'],
      [join(world.folder, 'gone', 'x.csv'), 'FILE_NOT_FOUND'],
    ] as const) {
      const writing = world.parts.writeTarget({ path, overwrite: true }, content());
      await expect(writing).rejects.toMatchObject({ code });
    }
  });
});
