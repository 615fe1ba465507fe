/**
 * A thread that swaps a folder or a file for something else and back, as fast as it can: the other
 * program, or the guided assistant, that the server shares its folders with.
 */
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

export interface Swap {
  /** What is moved away, and comes back. */
  readonly path: string;
  /** Stands in its place meanwhile. */
  readonly decoy:
    { readonly link: string } | { readonly hardLink: string } | { readonly copy: string };
}

export interface Swapping {
  readonly count: () => number;
  /** Everything is in its place then. */
  stop(): Promise<void>;
}

const SOURCE = `
const fs = require('node:fs');
const { workerData } = require('node:worker_threads');
const { path, decoy, shared } = workerData;
const state = new Int32Array(shared);
const away = path + '-away';
const wait = new Int32Array(new SharedArrayBuffer(4));
const rest = (ms) => { if (Math.random() < 0.5) Atomics.wait(wait, 0, 0, Math.random() * ms); };
const put = () => {
  if (decoy.link) fs.symlinkSync(decoy.link, path);
  else if (decoy.hardLink) fs.linkSync(decoy.hardLink, path);
  else fs.cpSync(decoy.copy, path, { recursive: true });
};
while (Atomics.load(state, 0) === 0) {
  fs.renameSync(path, away);
  try { put(); } catch {}
  rest(2);
  fs.rmSync(path, { recursive: true, force: true });
  fs.renameSync(away, path);
  Atomics.add(state, 1, 1);
  // Long enough, now and then, that what is asked for can be done as well.
  rest(40);
}
`;

/** Swaps until it is stopped, or the test ends. */
export function startSwapping(swap: Swap): Swapping {
  const shared = new SharedArrayBuffer(8);
  const state = new Int32Array(shared);
  const worker = new Worker(SOURCE, { eval: true, workerData: { ...swap, shared } });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
  const stop = (): Promise<void> => {
    Atomics.store(state, 0, 1);
    return ended;
  };
  onTestFinished(stop);
  return { count: () => Atomics.load(state, 1), stop };
}
