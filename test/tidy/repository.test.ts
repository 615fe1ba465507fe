// The repository's own rules, on the repository itself (STYLE.md section 7).
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import {
  badFileNames,
  crowdedFolders,
  loosePins,
  mapFaults,
  missingCiSteps,
  missingGateSteps,
  missingMirrorTests,
  namesHosts,
  RESOURCE_LITERALS_ALLOWED,
  readFiles,
  sizesOf,
  strayDocuments,
  strayResourceLiterals,
  unusedLimits,
} from '../support/gate.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const sources = readFiles({ root, folder: 'src', endings: ['.ts'] });
const tests = readFiles({ root, folder: 'test', endings: ['.ts'] });
const scripts = readFiles({ root, folder: 'scripts', endings: ['.ts'] });

describe('source files', () => {
  it('over 60 lines have a test each at the same place in test/', () => {
    expect(missingMirrorTests(sources, new Set(tests.map((file) => file.path)))).toEqual([]);
  });

  it('lie in folders of at most 20', () => {
    expect(crowdedFolders(sources.map((file) => file.path))).toEqual([]);
  });

  it('lie where the map of ARCHITECTURE.md says', () => {
    expect(
      mapFaults(
        read('ARCHITECTURE.md'),
        sources.map((file) => file.path),
      ),
    ).toEqual([]);
  });

  it('have names in kebab-case that say something', () => {
    const paths = [...sources, ...tests, ...scripts].map((file) => file.path);
    expect(badFileNames(paths)).toEqual([]);
  });

  it('name a resource only where it is declared or shown', () => {
    expect(strayResourceLiterals(sources)).toEqual([]);
  });

  it('may name a resource only in places that exist', () => {
    const gone = RESOURCE_LITERALS_ALLOWED.filter(
      (place) => !existsSync(path.join(root, place.path)),
    );
    expect(gone).toEqual([]);
  });

  it('use every limit', () => {
    expect(unusedLimits(Object.keys(LIMITS), sources)).toEqual([]);
  });

  it('report their sizes, aimed at 90 lines in the middle and 250 at the 90th percentile', () => {
    const { median, percentile90, largest } = sizesOf(sources);
    process.stdout.write(`source lines: ${median} / ${percentile90} / ${largest}\n`);
    expect(largest).toBeGreaterThan(0);
  });
});

describe('the root', () => {
  it('holds no Markdown beyond the four documents', () => {
    expect(strayDocuments(readdirSync(root))).toEqual([]);
  });

  it('has a map that fits in 150 lines', () => {
    expect(read('ARCHITECTURE.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('pins every dependency, and locks them without hosts', () => {
    expect(loosePins(read('package.json'))).toEqual([]);
    expect(namesHosts(read('package-lock.json'))).toBe(false);
  });

  it('runs every step of the gate in npm run check', () => {
    expect(missingGateSteps(read('package.json'))).toEqual([]);
  });

  it('runs the same gate in CI', () => {
    expect(missingCiSteps(read('.ci/run'))).toEqual([]);
    accessSync(path.join(root, '.ci/run'), constants.X_OK);
  });
});
