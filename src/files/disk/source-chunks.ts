/** Reads the input of a job in chunks, for the private copy that the job reads. */
import type { FileHandle } from 'node:fs/promises';
import { InputError } from '../../core/errors.js';

/** An open file from `openForRead`, or the content itself. The caller closes the file. */
export type SourceInputBytes = { readonly file: FileHandle } | { readonly text: string };

const CHUNK_BYTES = 1024 * 1024;

/**
 * Yields the bytes from the beginning. Text becomes UTF-8; `INPUT_ENCODING` if it holds half a character. A
 * chunk is valid until the next one is asked for.
 */
export function sourceChunks(from: SourceInputBytes): AsyncGenerator<Uint8Array> {
  return 'text' in from ? chunksOfText(from.text) : chunksOfFile(from.file);
}

async function* chunksOfText(text: string): AsyncGenerator<Uint8Array> {
  const bytes = await Promise.resolve(Buffer.from(text, 'utf8'));
  // Half of a surrogate pair would silently become a question mark.
  if (bytes.toString('utf8') !== text) throw notUnicode();
  yield bytes;
}

async function* chunksOfFile(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
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
