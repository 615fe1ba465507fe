import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { TextStore } from '../../../src/files/xlsx/string-store.js';
import { tempFolder } from '../temp-folder.js';

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
});
