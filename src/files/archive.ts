/** Writes a ZIP archive as it is read, in constant memory. */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { bytesOf, type FileChunks } from './disk/file-bytes.js';

export interface ArchiveEntry {
  /** A relative path with slashes. */
  readonly name: string;
  /** Called when the archive has come to this entry. */
  readonly chunks: () => FileChunks;
}

async function* asBytes(chunks: FileChunks): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield bytesOf(chunk);
}

/** Yields the archive. Rejects with the failure of an entry; then the archive is broken. */
export async function* archiveChunks(
  entries: readonly ArchiveEntry[],
  mtime: Date,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = Readable.from(zip.outputStream, { objectMode: false });
  const open = new Set<Readable>();
  // The library reports a failed entry here, and never ends its output then.
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { name, chunks } of entries) {
    zip.addReadStreamLazy(name, { mtime }, (give) => {
      const stream = Readable.from(asBytes(chunks()), { objectMode: false });
      open.add(stream);
      give(null, stream);
    });
  }
  zip.end();
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } finally {
    // A reader that has gone leaves an entry half read, with its file open.
    for (const stream of open) stream.destroy();
  }
}
