// Any path, through any links: what is opened or written lies in an allowed folder, and is not the
// server's own. What lies where is told by marks in the folders and files, not by their paths.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { openAllowedFolders, type AllowedFolders } from '../../src/files/disk/allowed-paths.js';
import { tempFolder } from '../files/temp-folder.js';

const CASES = Number(process.env['FUZZ_CASES'] ?? 1000);
const TIMEOUT_MS = 120_000;

/** Folders and what they are; files in them carry the same mark. */
const ZONES: Readonly<Record<string, string>> = {
  allowed: 'mine',
  'allowed/a': 'mine',
  'allowed/a/b': 'mine',
  'allowed/links': 'mine',
  'allowed/data': 'own',
  'allowed/data/sources': 'own',
  'allowed/data/exports/org': 'own',
  outside: 'foreign',
  'outside/a': 'foreign',
  'allowed-not': 'foreign',
};
const FOLDERS = Object.keys(ZONES);
const FILES = FOLDERS.map((folder) => `${folder}/x.csv`);

interface Link {
  readonly isHard: boolean;
  readonly name: string;
  readonly target: string;
}

interface Case {
  readonly links: readonly Link[];
  readonly steps: readonly string[];
  readonly isAbsolute: boolean;
}

const LINK_NAMES = ['l0', 'l1', 'l2.csv'];
const link = fc.record({
  isHard: fc.boolean(),
  name: fc.constantFrom(...LINK_NAMES),
  target: fc.constantFrom(...FOLDERS, ...FILES, 'allowed/links/l0', 'allowed/none', '.'),
});
const step = fc.constantFrom(
  ...['a', 'b', 'links', 'data', 'sources', 'exports', 'org', 'outside', 'allowed', 'allowed-not'],
  ...['.', '..', '..', '', 'none', 'DATA', 'Data', 'data ', 'data.', 'x.csv', ...LINK_NAMES],
);
/** Mostly a name that may be written, so that the way to it decides. */
const last = fc.constantFrom('x.csv', 'x.csv', 'new.csv', 'l2.csv', 'l0', '..', '');
const anySteps = fc
  .tuple(fc.array(step, { maxLength: 5 }), last)
  .map(([folders, name]) => [...folders, name]);
/** Straight through a link, which leads anywhere. */
const throughLink = fc
  .tuple(fc.constantFrom(...LINK_NAMES), fc.constantFrom([], [], ['x.csv'], ['..', 'x.csv']))
  .map(([name, rest]) => ['links', name, ...rest]);
const cases: fc.Arbitrary<Case> = fc.record({
  links: fc.array(link, { maxLength: 3 }),
  steps: fc.oneof(anySteps, throughLink),
  isAbsolute: fc.boolean(),
});

async function makeTree(): Promise<{ root: string; allowed: AllowedFolders }> {
  const root = await tempFolder();
  for (const folder of FOLDERS) mkdirSync(path.join(root, folder), { recursive: true });
  for (const folder of FOLDERS) {
    writeFileSync(path.join(root, folder, 'x.csv'), ZONES[folder] ?? '');
    writeFileSync(path.join(root, folder, '.zone'), ZONES[folder] ?? '');
  }
  const setting = path.join(root, 'allowed');
  const own = [path.join(root, 'allowed', 'data')];
  return { root, allowed: openAllowedFolders({ setting, cwd: root, own }) };
}

function putLinks(root: string, links: readonly Link[]): void {
  for (const { isHard, name, target } of links) {
    // A second name of a foreign file is a file of the folder that it is in: nobody can tell them apart.
    if (isHard && !target.startsWith('allowed/')) continue;
    const [from, to] = [path.join(root, target), path.join(root, 'allowed', 'links', name)];
    try {
      if (isHard) linkSync(from, to);
      else symlinkSync(from, to);
    } catch {
      // A second link of the name, a hard link to a folder: then there is one link less.
    }
  }
}

function removeLinks(root: string): void {
  for (const name of LINK_NAMES) rmSync(path.join(root, 'allowed', 'links', name), { force: true });
}

/** The refusal's code, or null and what was found. */
async function endOf<T>(work: Promise<T>): Promise<{ code: string | null; value: T | null }> {
  try {
    return { code: null, value: await work };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, value: null };
    throw error;
  }
}

const REFUSALS = ['PATH_NOT_ALLOWED', 'FILE_NOT_FOUND', 'INPUT_INVALID'];

function zoneOf(target: string): string {
  return readFileSync(path.join(path.dirname(target), '.zone'), 'utf8');
}

/** What the tool would read, with the mark in it. */
async function readBy(allowed: AllowedFolders, wanted: string) {
  const { code, value } = await endOf(allowed.openForRead(wanted));
  if (value === null) return { code, text: null };
  const text = await value.handle.readFile('utf8');
  await value.handle.close();
  return { code, text };
}

describe('any path', () => {
  it(
    `leads to what is allowed, or is refused (${CASES} cases)`,
    async () => {
      const { root, allowed } = await makeTree();
      const counts = { read: 0, written: 0 };
      const property = fc.asyncProperty(cases, async ({ links, steps, isAbsolute }) => {
        putLinks(root, links);
        const wanted = steps.join('/');
        const asked = isAbsolute ? path.join(root, 'allowed') + `/${wanted}` : wanted;
        const { code, text } = await readBy(allowed, asked);
        const target = await endOf(allowed.resolveForWrite(asked));
        const zone = target.value === null ? null : zoneOf(target.value);
        removeLinks(root);
        expect(text ?? 'mine').toBe('mine');
        expect(zone ?? 'mine').toBe('mine');
        expect(REFUSALS).toContain(code ?? 'FILE_NOT_FOUND');
        expect(REFUSALS).toContain(target.code ?? 'FILE_NOT_FOUND');
        counts.read += text === null ? 0 : 1;
        counts.written += zone === null ? 0 : 1;
      });
      await fc.assert(property, { numRuns: CASES, seed: 20_261_130 });
      expect(Math.min(counts.read, counts.written)).toBeGreaterThan(CASES / 100);
      expect(readdirSync(path.join(root, 'allowed', 'links')).sort()).toEqual(['.zone', 'x.csv']);
    },
    TIMEOUT_MS,
  );
});
