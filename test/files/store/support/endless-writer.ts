/** A process of its own that writes a stored file and never comes to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../../src/core/clock.js';
import { FolderFileStore } from '../../../../src/files/store/folder-file-store.js';

const CHUNKS_BEFORE = 20;

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; count += 1) {
    if (count === CHUNKS_BEFORE) process.send?.('writing');
    if (count > CHUNKS_BEFORE) await sleep(1);
    yield Buffer.alloc(10_000, 'x');
  }
}

process.on('message', ({ folder }: { folder: string }) => {
  const ownerOfOldSource = () => Promise.resolve(null);
  const files = new FolderFileStore({ folder, clock: systemClock, ownerOfOldSource });
  void files.stage('export', endless(), { bytesMax: Infinity });
});
