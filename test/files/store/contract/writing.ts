/** Writing: whole or not at all, bounded, and hashed on the way. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { STORED_KINDS } from '../../../../src/files/store/stored-name.js';
import {
  BYTES_MAX,
  chunked,
  freshFiles,
  nameOf,
  namesIn,
  put,
  textAt,
  type OpenFileStore,
} from './fixtures.js';

const CONTENT = Buffer.alloc(2_500_000, 'smørrebrød\n');
const CHUNKS = 5;

/** Five chunks; the content breaks off before the chunk with that number. */
async function* breaking(at: number, error: Error): AsyncGenerator<string> {
  for (let index = 0; index < CHUNKS; index += 1) {
    if (index === at) throw error;
    yield await Promise.resolve(`${index}`.repeat(70_000));
  }
  if (at === CHUNKS) throw error;
}

/** The same buffer for each chunk, as a reader of large files does. */
async function* reused(count: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(1000);
  for (let index = 0; index < count; index += 1) {
    buffer.fill(String(index % 10));
    yield await Promise.resolve(buffer);
  }
}

export function describeWholeWrites(open: OpenFileStore): void {
  describe('a file that is written', () => {
    const fresh = freshFiles(open);

    it.each(STORED_KINDS)('as %s has its size and hash, and is there as a whole', async (kind) => {
      const staged = await fresh.files().stage(kind, chunked(CONTENT), { bytesMax: BYTES_MAX });
      const sha256 = createHash('sha256').update(CONTENT).digest('hex');
      expect(staged).toMatchObject({ sizeBytes: CONTENT.length, sha256 });
      expect((await readFile(await staged.localPath())).equals(CONTENT)).toBe(true);
      expect(await namesIn(fresh.files(), { kind })).toEqual([]);
      await staged.keepAs('org-1', 'a');
      expect(await textAt(fresh.files(), nameOf('a', { kind }))).toBe(CONTENT.toString());
      expect(await fresh.files().sizeOf(nameOf('a', { kind }))).toBe(CONTENT.length);
      await staged.discard();
      expect(await namesIn(fresh.files(), { kind })).toEqual(['a']);
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('takes text as UTF-8, no chunks, and chunks that are used again', async () => {
      const contents = { text: ['ø', '😀', ''], nothing: [] } as const;
      for (const [name, texts] of Object.entries(contents)) {
        async function* chunks(): AsyncGenerator<string> {
          for (const text of texts) yield await Promise.resolve(text);
        }
        await put(fresh.files(), nameOf(name), chunks());
        expect(await textAt(fresh.files(), nameOf(name))).toBe(texts.join(''));
      }
      await put(fresh.files(), nameOf('reused'), reused(12));
      const expected = Array.from({ length: 12 }, (_none, index) =>
        String(index % 10).repeat(1000),
      ).join('');
      expect(await textAt(fresh.files(), nameOf('reused'))).toBe(expected);
    });

    it('may have exactly as many bytes as allowed; one more leaves nothing', async () => {
      const staged = await fresh.files().stage('source', chunked('abc', 2), { bytesMax: 3 });
      await staged.discard();
      const tooLarge = fresh.files().stage('source', chunked('abcd', 2), { bytesMax: 3 });
      await expect(tooLarge).rejects.toMatchObject({
        code: 'INPUT_TOO_LARGE',
        hint: expect.stringContaining('BULK_MAX_FILE_BYTES') as string,
      });
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('is gone when it is discarded, as often as one likes', async () => {
      const staged = await fresh.files().stage('source', chunked('abc'), { bytesMax: 3 });
      expect(await fresh.unnamedCount()).toBe(1);
      await staged.discard();
      await staged.discard();
      expect(await fresh.unnamedCount()).toBe(0);
      await expect(staged.keepAs('org-1', 'a')).rejects.toThrow();
      expect(await namesIn(fresh.files())).toEqual([]);
    });
  });
}

export function describeBrokenWrites(open: OpenFileStore): void {
  describe('a write that breaks off', () => {
    const fresh = freshFiles(open);
    const stages = Array.from({ length: CHUNKS + 1 }, (_none, index) => index);

    it.each(stages)('before chunk %i leaves nothing, and what had the name stays', async (at) => {
      await put(fresh.files(), nameOf('a'), 'earlier');
      const writing = put(fresh.files(), nameOf('a'), breaking(at, new Error('Billy went away')));
      await expect(writing).rejects.toThrow('Billy went away');
      expect(await textAt(fresh.files(), nameOf('a'))).toBe('earlier');
      expect(await namesIn(fresh.files())).toEqual(['a']);
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('because the disk is full says so', async () => {
      const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
      const writing = put(fresh.files(), nameOf('a'), breaking(2, full));
      await expect(writing).rejects.toMatchObject({
        message: 'There is no room left on the disk.',
      });
      expect(await namesIn(fresh.files())).toEqual([]);
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('closes what gave the chunks', async () => {
      let isClosed = false;
      async function* source(): AsyncGenerator<string> {
        try {
          for (;;) yield await Promise.resolve('abc');
        } finally {
          isClosed = true;
        }
      }
      const writing = fresh.files().stage('source', source(), { bytesMax: 10 });
      await expect(writing).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
      expect(isClosed).toBe(true);
    });
  });
}

export function describeWriters(open: OpenFileStore): void {
  describe('writers of one name', () => {
    const fresh = freshFiles(open);

    it('never mix: the name has the whole content of one of them', async () => {
      const contents = Array.from({ length: 20 }, (_none, index) => `${index},`.repeat(5000));
      await Promise.all(contents.map((content) => put(fresh.files(), nameOf('a'), content)));
      expect(contents).toContain(await textAt(fresh.files(), nameOf('a')));
      expect(await namesIn(fresh.files())).toEqual(['a']);
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('follow each other: the one that keeps last wins, whichever was staged first', async () => {
      const bounds = { bytesMax: BYTES_MAX };
      const first = await fresh.files().stage('source', chunked('first'), bounds);
      const second = await fresh.files().stage('source', chunked('second'), bounds);
      await second.keepAs('org-1', 'a');
      await first.keepAs('org-1', 'a');
      expect(await textAt(fresh.files(), nameOf('a'))).toBe('first');
      await second.discard();
      expect(await textAt(fresh.files(), nameOf('a'))).toBe('first');
    });
  });
}

export function describeCopies(open: OpenFileStore): void {
  describe('a file that is copied', () => {
    const fresh = freshFiles(open);

    it('is shared under another name, which outlives it', async () => {
      const files = fresh.files();
      await put(files, nameOf('a', { kind: 'upload' }), 'navn\n');
      const content = { sizeBytes: 5, sha256: 'h' };
      const copy = await files.stageCopy(nameOf('a', { kind: 'upload' }), 'source', content);
      expect(copy).toMatchObject(content);
      expect(await readFile(await copy.localPath(), 'utf8')).toBe('navn\n');
      const dropped = await files.stageCopy(nameOf('a', { kind: 'upload' }), 'source', content);
      await dropped.discard();
      await copy.keepAs('org-1', 'job');
      await files.remove(nameOf('a', { kind: 'upload' }));
      expect(await textAt(files, nameOf('job'))).toBe('navn\n');
      expect(await fresh.unnamedCount()).toBe(0);
      const missing = files.stageCopy(nameOf('a', { kind: 'upload' }), 'source', content);
      await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });
  });
}
