/** Reads a path as people and programs write it: `~/x`, `file:///x`, and a path of another system. */
import { homedir } from 'node:os';
import { join, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notAFileAddress } from './path-refusals.js';

const HOME = /^~[/\\]/;
const FILE_ADDRESS = /^file:/i;
const WINDOWS = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/** The path as this system writes it. */
export function typedPath(path: string): string {
  const text = path.trim();
  if (HOME.test(text)) return join(homedir(), text.slice(2));
  if (!FILE_ADDRESS.test(text)) return path;
  try {
    return fileURLToPath(text);
  } catch {
    throw notAFileAddress();
  }
}

/** True for a path of Windows on another system, which leads to nothing here. */
export function isForeignPath(path: string): boolean {
  return process.platform !== 'win32' && WINDOWS.test(path.trim());
}

/** The last name of a path, whichever system wrote it. */
export function lastNameOf(path: string): string {
  return win32.basename(path.trim());
}
