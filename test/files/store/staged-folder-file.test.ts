// Files that are written to a folder: what a failure, or a kill, leaves at each of its steps.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { FolderPlaces } from '../../../src/files/store/folder-places.js';
import { stageInFolder } from '../../../src/files/store/staged-folder-file.js';
import { failureOf, tempFolder } from '../temp-folder.js';
import { chunked, HOUR_MS, namesIn } from './contract/fixtures.js';
import { folderFiles, openFolderFiles } from './support/temp-store.js';

const BOUNDS = { bytesMax: 100 };

function placeIn(folder: string) {
  return { places: new FolderPlaces(folder), kind: 'source', temporary: 't.part' } as const;
}

describe('a staged file', () => {
  it('lies beside the files of its kind, and keeps its bytes when it gets its name', async () => {
    const folder = await tempFolder();
    const staged = await stageInFolder(placeIn(folder), chunked('abc'), BOUNDS);
    const temporary = await staged.localPath();
    expect(temporary).toBe(path.join(folder, 'sources', '.staging', 't.part'));
    await staged.keepAs('org-1', 'a');
    expect(await readFile(path.join(folder, 'sources', 'org-1', 'a'), 'utf8')).toBe('abc');
    expect(readdirSync(path.dirname(temporary))).toEqual([]);
  });

  it('never takes the temporary name of another writer', async () => {
    const folder = await tempFolder();
    await stageInFolder(placeIn(folder), chunked('abc'), BOUNDS);
    const second = stageInFolder(placeIn(folder), chunked('x'), BOUNDS);
    await expect(second).rejects.toThrow('EEXIST');
    const temporary = path.join(folder, 'sources', '.staging', 't.part');
    expect(await readFile(temporary, 'utf8')).toBe('abc');
  });

  it('that cannot get its name is still there, to be discarded', async () => {
    const { folder, files, unnamedCount } = await folderFiles();
    const staged = await files.stage('source', chunked('abc'), BOUNDS);
    writeFileSync(path.join(folder, 'sources', 'org-1'), 'a file in the place of a folder');
    await expect(staged.keepAs('org-1', 'a')).rejects.toThrow();
    mkdirSync(path.join(folder, 'sources', 'org-2', 'a'), { recursive: true });
    expect((await failureOf(staged.keepAs('org-2', 'a'))).code).toBe('INPUT_INVALID');
    expect(await unnamedCount()).toBe(1);
    await staged.keepAs('org-3', 'a');
    await staged.discard();
    expect(await namesIn(files, { organizationId: 'org-3' })).toEqual(['a']);
    expect(await unnamedCount()).toBe(0);
  });

  it('cannot be begun where no folder can be made', async () => {
    const folder = await tempFolder();
    writeFileSync(path.join(folder, 'sources'), '');
    const staging = stageInFolder(placeIn(folder), chunked('x'), BOUNDS);
    await expect(staging).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['sources']);
  });
});

describe('a writer that is killed', () => {
  it('leaves no file with a name, and the rest of it goes after a day', async () => {
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + 25 * HOUR_MS };
    const { folder, files, unnamedCount, cleanup } = await openFolderFiles(clock);
    onTestFinished(cleanup);
    const writer = fork(new URL('./support/endless-writer.ts', import.meta.url), [], {
      execArgv: ['--import', 'tsx'],
    });
    writer.send({ folder });
    await once(writer, 'message');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(await namesIn(files, { kind: 'export' })).toEqual([]);
    expect(await unnamedCount()).toBe(1);
    await files.removeStale();
    expect(await unnamedCount()).toBe(0);
  });
});
