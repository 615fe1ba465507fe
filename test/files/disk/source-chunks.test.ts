// The input of a job in chunks: byte by byte, from the file that was opened.
import { open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sourceChunks, type SourceInputBytes } from '../../../src/files/disk/source-chunks.js';
import { failureOf, tempFile, tempFolder } from '../temp-folder.js';

/** An open file with that content; it is closed when the test ends. */
async function openFile(content: string | Uint8Array): Promise<FileHandle> {
  const file = await open(await tempFile('a.csv', content));
  onTestFinished(() => file.close());
  return file;
}

async function bytesOf(from: SourceInputBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A chunk is valid until the next one only.
  for await (const chunk of sourceChunks(from)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe('sourceChunks', () => {
  it.each([0, 1, 1024 * 1024, 2_500_000])('are the %i bytes of a file', async (size) => {
    const bytes = Buffer.alloc(size, 'æø\n');
    expect((await bytesOf({ file: await openFile(bytes) })).equals(bytes)).toBe(true);
  });

  it('are a text as UTF-8', async () => {
    expect((await bytesOf({ text: 'ø😀' })).toString('utf8')).toBe('ø😀');
    expect(await bytesOf({ text: '' })).toHaveLength(0);
  });

  it('are those of the open file, whatever its name leads to by now, and leave it open', async () => {
    const folder = await tempFolder();
    const [name, away] = [path.join(folder, 'a.csv'), path.join(folder, 'away.csv')];
    await writeFile(name, 'mine');
    const file = await open(name);
    await rename(name, away);
    await writeFile(name, 'another');
    for (let count = 0; count < 2; count += 1) {
      expect((await bytesOf({ file })).toString('utf8')).toBe('mine');
    }
    await file.close();
  });

  it('are refused for text with half a character in it', async () => {
    expect((await failureOf(bytesOf({ text: 'a\ud83d' }))).code).toBe('INPUT_ENCODING');
  });
});
