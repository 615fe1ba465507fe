/** Real files for the tests of the intake, in a folder that goes away with the test. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { onTestFinished } from 'vitest';
import { AppError } from '../../src/core/errors.js';

/** A new folder by its real path (the temporary folder itself may be a link). */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'intake-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with this content in a new folder. */
export async function tempFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(await tempFolder(), name);
  await writeFile(file, content);
  return file;
}

/** A named pipe, which Node itself cannot make. */
export function makePipe(file: string): void {
  execFileSync('/usr/bin/env', ['mkfifo', file]);
}

/** The AppError that the promise ends in; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown;
  throw new Error(`expected an AppError, got ${String(thrown)}`, { cause: thrown });
}

/** Everything an iterable of batches yields, in one list. */
export async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

/** A text as a stream of pieces of at most `size` characters. */
export async function* piecesOf(text: string, size = Infinity): AsyncGenerator<string> {
  const step = Math.min(size, Math.max(1, text.length));
  for (let start = 0; start < text.length; start += step) {
    yield await Promise.resolve(text.slice(start, start + step));
  }
}

/** What is really held, garbage collected first. */
export function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
