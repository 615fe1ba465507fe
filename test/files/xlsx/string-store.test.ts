import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { TextStore } from '../../../src/files/xlsx/string-store.js';
import { tempFolder, usedHeap } from '../temp-folder.js';

describe('TextStore', () => {
  it('gives texts back by number, and none that was not added', async () => {
    const store = new TextStore(await tempFolder());
    const texts = ['', 'Bør', '東京😀', 'x'.repeat(LIMITS.cellCharsMax + 1)];
    for (const text of texts) store.add(text);
    expect([store.count, ...[0, 1, 2, 3, 4].map((index) => store.get(index))]).toEqual([
      4,
      ...texts,
      null,
    ]);
    store.close();
  });

  it('keeps little in memory and leaves no file, whatever is asked again', async () => {
    const folder = await tempFolder();
    const store = new TextStore(folder);
    const count = 2000;
    const text = (index: number): string => `${index}${'ø'.repeat(16_000)}`;
    const before = usedHeap();
    const buffers = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < count; index += 1) store.add(text(index));
    // Far apart, so that no block stays.
    for (let index = 0; index < count; index += 1) {
      const asked = (index * 787) % count;
      if (store.get(asked) !== text(asked)) throw new Error(`text ${asked} is another`);
    }
    expect(usedHeap() - before).toBeLessThan(8 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - buffers).toBeLessThan(40 * 1024 * 1024);
    expect(await readdir(folder)).toEqual([]);
    store.close();
  });
});
