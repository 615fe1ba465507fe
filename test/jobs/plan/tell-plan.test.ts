/** Rows that no later import could recognize are counted, whatever ends the planning. */
import { expect, it } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { calmWorld } from '../../support/engine-world.js';

const CSV = 'navn;kundenr;telefon\nA;1;\nB;;12345678\nC; ;';

it.each([
  [{}, '2 new records without a match key (contactNo, ean, vatNo, email)'],
  [{ matchBy: ['phone'] }, '2 new records without a match key (phone)'],
  [{ matchBy: ['name'] }, null],
  [{ duplicateStrategy: 'create' }, null],
] as const)('with %j: %s', async (options, words) => {
  const world = await calmWorld();
  const start: StartOptions = {
    ...options,
    matchBy: 'matchBy' in options ? [...options.matchBy] : undefined,
  };
  const { warnings } = await world.imported(CSV, start);
  const told = warnings.filter(({ code }) => code === 'NO_MATCH_KEY').map(({ message }) => message);
  expect(told.map((message) => message.split(':')[0])).toEqual(words === null ? [] : [words]);
});
