/**
 * Reads a file from the body of a request, as it arrives: the body itself, or the field `file` of a form. It reads
 * the request of Node, since the stream of the web standard can end the process if it is cancelled midway.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { Clock } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { ArrivingFile } from '../../jobs/upload/upload-parts.js';
import { headerFileName } from './header-file-name.js';

const IDLE_LOOK_MS = 1000;
const FILE_FIELD = 'file';
/** A browser sends few fields beside the file; they are not used. */
const FORM_LIMITS = { fields: 20, fieldSize: 4096, parts: 21, headerPairs: 20, headerSize: 16_384 };

function invalid(message: string, hint: string): InputError {
  return new InputError({ code: 'INPUT_INVALID', message, hint });
}

const HOW =
  'Send the file in the field "file" of multipart/form-data, or as the body with X-Filename.';

function cutOff(): InputError {
  return invalid('The body ended before the whole file had arrived.', 'Send the file again.');
}

function brokenForm(): InputError {
  return invalid('The form is broken, or ends too early.', HOW);
}

export function isForm({ headers }: IncomingMessage): boolean {
  return /^multipart\/form-data\b/i.test((headers['content-type'] ?? '').trim());
}

/** The bytes that the header declares for the file at least; null: it declares none. */
export function declaredFileBytes(incoming: IncomingMessage): number | null {
  const declared = incoming.headers['content-length'];
  if (declared === undefined || !/^\d{1,15}$/.test(declared)) return null;
  return isForm(incoming)
    ? Math.max(0, Number(declared) - LIMITS.multipartExtraBytesMax)
    : Number(declared);
}

/** The bytes of the body. A sender without a byte for `LIMITS.uploadIdleMs` is cut off. */
async function* bytesOf(incoming: IncomingMessage, clock: Clock): AsyncGenerator<Uint8Array> {
  // Node would destroy the socket with an early end, and the refusal could not be sent.
  const chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  let waitingSinceMs: number | null = null;
  const stopLooking = clock.every(IDLE_LOOK_MS, () => {
    const isIdle =
      waitingSinceMs !== null && clock.monotonicMs() - waitingSinceMs >= LIMITS.uploadIdleMs;
    if (isIdle) incoming.destroy();
  });
  // A reader that is no longer asked for a chunk never comes to its end.
  incoming.once('close', stopLooking);
  try {
    for (;;) {
      waitingSinceMs = clock.monotonicMs();
      const next = await chunks.next().catch(() => null);
      waitingSinceMs = null;
      if (next === null) throw cutOff();
      if (next.done === true) break;
      yield next.value;
    }
    if (!incoming.complete) throw cutOff();
  } finally {
    stopLooking();
    await chunks.return?.();
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: InputError) => void;
}

/** A promise that is settled from outside; it may stay without a waiter. */
function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

interface FormFile {
  readonly stream: BusboyFileStream;
  readonly fileName: string | null;
}

/** A form on its way. The first failure ends it. */
class IncomingForm {
  /** The fields so far that are no file. */
  readonly fields = new Map<string, string>();
  readonly #parser: BusboyInstance;
  readonly #failing = new AbortController();
  readonly #file = deferred<FormFile>();
  readonly #whole = deferred<undefined>();
  #stream: BusboyFileStream | null = null;

  /** Throws `INPUT_INVALID` if the header names no boundary. */
  constructor(incoming: IncomingMessage) {
    this.#parser = parserOf(incoming);
    this.#parser
      .on('file', (field, stream, fileName: string | undefined) => {
        this.#begin(field, stream, fileName);
      })
      .on('field', (field, value: string) => {
        if (field === FILE_FIELD) this.#fail(invalid('The field "file" is no file.', HOW));
        this.fields.set(field, value);
      })
      .on('partsLimit', () => {
        this.#fail(invalid('The form has too many parts.', HOW));
      })
      .on('error', () => {
        this.#fail(brokenForm());
      })
      .on('finish', () => {
        this.#fail(invalid('The form has no file.', HOW), { isOver: true });
        this.#whole.resolve(undefined);
      });
  }

  file(): Promise<FormFile> {
    return this.#file.promise;
  }

  async whole(): Promise<void> {
    await this.#whole.promise;
  }

  /** Feeds the parser until the body ends. Never rejects: the failure is that of the form. */
  async feed(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { signal } = this.#failing;
    try {
      for await (const chunk of chunks) {
        if (signal.aborted) return;
        const isFull = !this.#parser.write(chunk);
        if (isFull) await once(this.#parser, 'drain', { signal });
      }
      this.#parser.end();
    } catch (error) {
      this.#fail(error instanceof InputError ? error : cutOff());
    }
  }

  /** Ends the reading: the rest is not wanted. */
  stop(): void {
    this.#fail(cutOff());
  }

  #begin(field: string, stream: BusboyFileStream, fileName: string | undefined): void {
    stream.on('error', () => undefined);
    const problem =
      field === FILE_FIELD
        ? this.#stream !== null && 'The form has several files.'
        : 'The form has a file in a field of another name than "file".';
    if (problem !== false) {
      stream.resume();
      this.#fail(invalid(problem, HOW));
      return;
    }
    this.#stream = stream;
    this.#file.resolve({ stream, fileName: fileName ?? null });
  }

  /** `isOver`: only a failure if nothing came. */
  #fail(error: InputError, { isOver = false } = {}): void {
    this.#file.reject(error);
    if (isOver && this.#stream !== null) return;
    this.#whole.reject(error);
    this.#failing.abort();
    this.#stream?.destroy(error);
  }
}

function parserOf({ headers }: IncomingMessage): BusboyInstance {
  const type = headers['content-type'] ?? '';
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': type },
      limits: FORM_LIMITS,
      preservePath: true,
      isPartAFile: (_field, contentType, fileName) =>
        fileName !== undefined || contentType === 'application/octet-stream',
    });
  } catch {
    throw invalid('The header Content-Type names no boundary of the form.', HOW);
  }
}

/** A file within a form. */
export interface FormArrival extends ArrivingFile {
  /** The other fields that have arrived so far; all of them once the file has ended. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Begins to read a form; resolves when its file begins. Rejects with `INPUT_INVALID`. */
export function takeForm(incoming: IncomingMessage, clock: Clock): Promise<FormArrival> {
  const form = new IncomingForm(incoming);
  const feeding = form.feed(bytesOf(incoming, clock));
  async function* chunksOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    let isRead = false;
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        yield chunk as Uint8Array;
      }
      isRead = true;
    } catch (error) {
      // The parser fails the file with an error of its own.
      throw error instanceof InputError ? error : brokenForm();
    } finally {
      if (!isRead) form.stop();
    }
  }
  return form.file().then(({ stream, fileName }) => ({
    fileName,
    fields: form.fields,
    chunks: chunksOf(stream),
    end: async () => {
      await form.whole();
      await feeding;
    },
  }));
}

/** Begins to read the file of the request. `isNamed`: the body by itself needs the header X-Filename. */
export async function takeFile(
  incoming: IncomingMessage,
  { clock, isNamed }: { readonly clock: Clock; readonly isNamed: boolean },
): Promise<ArrivingFile> {
  if (isForm(incoming)) return takeForm(incoming, clock);
  const fileName = headerFileName(incoming.headers['x-filename']);
  if (isNamed && fileName === null) {
    throw invalid('The request has no file: it is no form, and no X-Filename names its body.', HOW);
  }
  return { fileName, chunks: bytesOf(incoming, clock), end: () => Promise.resolve() };
}
