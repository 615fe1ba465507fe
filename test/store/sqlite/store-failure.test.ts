/** The words for each way in which the database cannot be used. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import {
  folderFailure,
  laterVersion,
  openingFailure,
  runningFailure,
} from '../../../src/store/sqlite/store-failure.js';
import { temporaryFile } from '../support/sqlite-files.js';

/** As the driver throws it: by its code, or (from the writing thread) by its sentence alone. */
function thrown(code: string | null, message = 'the driver says so'): Error {
  const error = new Error(message);
  return code === null ? error : Object.assign(error, { code });
}

function place() {
  const { file, folder, remove } = temporaryFile();
  onTestFinished(remove);
  writeFileSync(file, '');
  return { file, folder };
}

/** The driver's code and sentence; what the message says, and the hint. */
const CAUSES: readonly (readonly [string, string, { says: RegExp; hint: RegExp }])[] = [
  ['SQLITE_CORRUPT', 'database disk image is malformed', { says: /is damaged/, hint: /backup/ }],
  [
    'SQLITE_NOTADB',
    'file is not a database',
    { says: /is not a database/, hint: /another folder/ },
  ],
  ['SQLITE_FULL', 'database or disk is full', { says: /the disk is full/, hint: /Free space/ }],
  [
    'SQLITE_READONLY',
    'attempt to write a readonly database',
    { says: /cannot be written/, hint: /the right/ },
  ],
  [
    'SQLITE_BUSY',
    'database is locked',
    { says: /locked by another program/, hint: /holds the file/ },
  ],
  ['SQLITE_IOERR', 'disk I/O error', { says: /the disk reports an error/, hint: /Check the disk/ }],
];

describe.each(CAUSES)('%s (%s)', (code, message, { says, hint }) => {
  it.each([
    ['opening', openingFailure],
    ['running', runningFailure],
  ] as const)('while %s: the cause, the place and a hint that fits', (_when, failureOf) => {
    const { file } = place();
    for (const error of [thrown(`${code}_MORE`), thrown(null, message)]) {
      const failure = failureOf(error, file);
      expect(failure.code).toBe('STORE_FAILED');
      expect(failure.message).toMatch(says);
      expect(failure.message).toContain(`"${file}"`);
      expect(failure.hint).toMatch(hint);
      expect(failure).toMatchObject({ detail: error.message, cause: error });
    }
  });
});

describe('what happens next', () => {
  it('is a new start after an opening that failed', () => {
    const { file } = place();
    expect(openingFailure(thrown('SQLITE_FULL'), file).hint).toContain('start the server again');
    expect(laterVersion(file).hint).toContain('start the server again');
  });

  it('comes by itself while the server runs, but not where the file is spoilt', () => {
    const { file } = place();
    const hintOf = (code: string): string => runningFailure(thrown(code), file).hint;
    expect(hintOf('SQLITE_FULL')).toContain('continue automatically');
    expect(hintOf('SQLITE_CORRUPT')).not.toContain('continue automatically');
    expect(hintOf('SQLITE_CORRUPT')).toContain('start the server again');
  });
});

describe('a driver that does not say why', () => {
  const vague = thrown('SQLITE_CANTOPEN', 'unable to open database file');

  it('is helped by a look at the place', () => {
    const { file, folder } = place();
    rmSync(file);
    expect(openingFailure(vague, file).message).toContain('cannot be used');
    expect(runningFailure(vague, file).message).toContain('is missing');
    mkdirSync(file);
    expect(openingFailure(vague, file).message).toContain('a folder has its name');
    const elsewhere = path.join(folder, 'no', 'jobs.sqlite');
    for (const failureOf of [openingFailure, runningFailure]) {
      expect(failureOf(vague, elsewhere).message).toContain('its folder is missing');
    }
  });

  it('is taken at its word where the place is sound, and where there is none', () => {
    const { file } = place();
    expect(openingFailure(vague, file).message).toContain('cannot be used');
    expect(runningFailure(vague, ':memory:').message).toContain('in memory cannot be used');
  });
});

it('leaves our own errors as they are', () => {
  const error = new StoreError({ code: 'LEASE_LOST', message: 'Taken.' });
  expect(openingFailure(error, '/x')).toBe(error);
  expect(runningFailure(error, '/x')).toBe(error);
});

describe('a data folder', () => {
  it.each([
    ['EACCES', /cannot be written\./],
    ['EROFS', /cannot be written\./],
    ['ENOSPC', /the disk is full\./],
    ['ENOTDIR', /cannot be created\./],
  ])('with %s is named, with the setting that moves it', (code, says) => {
    const failure = folderFailure(thrown(code), '/srv/data');
    expect(failure.message).toContain('"/srv/data"');
    expect(failure.message).toMatch(says);
    expect(failure).toMatchObject({ code: 'STORE_FAILED' });
    expect(failure.hint).toContain('BULK_DATA_DIR');
  });
});
