// A large file passes through the store in flat memory, in both directions.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { expect, it } from 'vitest';
import { nameOf } from './contract/fixtures.js';
import { folderFiles } from './support/temp-store.js';

const MIB = 1024 * 1024;
const FILE_MIB = 200;
/** Half of the file would show; buffers that wait for the garbage collector do not count as much. */
const GROWTH_MIB_MAX = 60;

class Growth {
  readonly #startBytes = process.memoryUsage().rss;
  #peakBytes = 0;

  look(): void {
    this.#peakBytes = Math.max(this.#peakBytes, process.memoryUsage().rss - this.#startBytes);
  }

  get mib(): number {
    return Math.round(this.#peakBytes / MIB);
  }
}

it(`of ${FILE_MIB} MiB take less than ${GROWTH_MIB_MAX} MiB to write, read and jump in`, async () => {
  const { files } = await folderFiles();
  const growth = new Growth();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < FILE_MIB; index += 1) {
      growth.look();
      yield await Promise.resolve(Buffer.alloc(MIB, String(index)));
    }
  }
  const staged = await files.stage('source', chunks(), { bytesMax: FILE_MIB * MIB });
  await staged.keepAs('org-1', 'large');
  const wroteMib = growth.mib;
  const file = await files.open(nameOf('large'));
  const local = await files.openLocal(nameOf('large'));
  for (const bytes of [file.bytes(), createReadStream(local.path)]) {
    const hash = createHash('sha256');
    for await (const chunk of bytes) {
      growth.look();
      hash.update(chunk as Uint8Array);
    }
    expect(hash.digest('hex')).toBe(staged.sha256);
  }
  await file.close();
  await local.close();
  process.stdout.write(`RSS grew by ${wroteMib} MiB to write, ${growth.mib} MiB in all\n`);
  expect(growth.mib).toBeLessThan(GROWTH_MIB_MAX);
});
