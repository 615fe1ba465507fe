/** What every store of files must do, whatever holds them: called for a folder, and for the stores to come. */
import { describe } from 'vitest';
import type { OpenFileStore } from '../files/store/contract/fixtures.js';
import { describeNames } from '../files/store/contract/names.js';
import { describeOrganizations } from '../files/store/contract/organizations.js';
import {
  describeMissingFiles,
  describeReaders,
  describeReading,
} from '../files/store/contract/reading.js';
import { describeStaleFiles } from '../files/store/contract/stale.js';
import {
  describeBrokenWrites,
  describeCopies,
  describeWholeWrites,
  describeWriters,
} from '../files/store/contract/writing.js';

export function describeFileStore(name: string, open: OpenFileStore): void {
  describe(`${name} as a store of files`, () => {
    describeNames(open);
    describeWholeWrites(open);
    describeBrokenWrites(open);
    describeCopies(open);
    describeWriters(open);
    describeReading(open);
    describeMissingFiles(open);
    describeReaders(open);
    describeOrganizations(open);
    describeStaleFiles(open);
  });
}
