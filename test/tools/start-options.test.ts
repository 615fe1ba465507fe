// The options of each kind of start.
import { describe, expect, it } from 'vitest';
import {
  deleteOptions,
  importOptions,
  importOptionsBrief,
  updateOptions,
} from '../../src/tools/start-options.js';

const KINDS = {
  import: importOptions,
  brief: importOptionsBrief,
  update: updateOptions,
  delete: deleteOptions,
};

describe('the options of a start', () => {
  it.each([
    [{ dryRun: true, continueOnError: false }, ['import', 'brief', 'update', 'delete']],
    [
      { headerRow: 3, sheet: 'Ark2', columnMapping: { Saldo: null } },
      ['import', 'brief', 'update', 'delete'],
    ],
    [{ duplicateStrategy: 'update' }, ['import', 'brief']],
    [{ batchSize: 10 }, ['import', 'brief', 'update']],
    [{ archiveIfInUse: true }, ['delete']],
    [{ dryrun: true }, []],
  ])('%j are taken by %j', (options, kinds) => {
    const taking = Object.entries(KINDS).filter(([, schema]) => schema.safeParse(options).success);
    expect(taking.map(([kind]) => kind)).toEqual(kinds);
  });
});
