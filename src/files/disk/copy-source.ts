/** Makes a private copy of the input of a job, so that later changes to the file do not matter. */
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { InputError } from '../../core/errors.js';
import { fileFailure } from './file-failure.js';

export interface CopyRequest {
  /** An open file from `openForRead`, or the content itself. The caller closes the file. */
  from: { file: FileHandle } | { text: string };
  /** The path of the copy; it must not exist yet. */
  to: string;
  bytesMax: number;
}

export interface SourceCopy {
  sizeBytes: number;
  /** The hash of the bytes, hexadecimal. */
  sha256: string;
}

const COPY_BYTES = 1024 * 1024;

/** Copies and hashes in one pass. Throws `INPUT_TOO_LARGE` and leaves no copy behind. */
export async function copySource(request: CopyRequest): Promise<SourceCopy> {
  const { from, to, bytesMax } = request;
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const chunks = 'text' in from ? chunksOfText(from.text) : chunksOfFile(from.file, bytesMax);
      return await copyChunks(chunks, { target, bytesMax });
    } catch (thrown) {
      await rm(to, { force: true });
      throw thrown;
    } finally {
      await target.close();
    }
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

async function copyChunks(
  chunks: AsyncIterable<Uint8Array>,
  options: { target: FileHandle; bytesMax: number },
): Promise<SourceCopy> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > options.bytesMax) throw tooLarge(options.bytesMax);
    // Hashing uses this thread and writing another one, so both run at once.
    const written = options.target.writeFile(chunk);
    hash.update(chunk);
    await written;
  }
  await options.target.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function* chunksOfText(text: string): AsyncGenerator<Uint8Array> {
  const bytes = await Promise.resolve(Buffer.from(text, 'utf8'));
  // Half of a surrogate pair would silently become a question mark.
  if (bytes.toString('utf8') !== text) throw notUnicode();
  yield bytes;
}

async function* chunksOfFile(file: FileHandle, bytesMax: number): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  if (size > bytesMax) throw tooLarge(bytesMax);
  const buffer = Buffer.alloc(COPY_BYTES);
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function notUnicode(): InputError {
  return new InputError({
    code: 'INPUT_ENCODING',
    message: 'The text holds half of a character (an unpaired surrogate).',
    hint: 'Send the text again, or pass it as a file.',
  });
}

function tooLarge(bytesMax: number): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `The source is larger than ${bytesMax} bytes.`,
    hint: 'Split it, or raise BULK_MAX_FILE_BYTES. Inline text also has a limit of its own.',
  });
}
