// Comments and messages in plain English. The bounds only fall.
import path from 'node:path';
import { expect, it } from 'vitest';
import { readFiles } from '../support/gate.js';
import { proseOf } from '../support/prose.js';

const MARKERS_PER_1000_MAX = 2;
const QUESTIONS_PERCENT_MAX = 1;

const root = path.resolve(import.meta.dirname, '../..');
const prose = proseOf(readFiles({ root, folder: 'src', endings: ['.ts'] }));

it('has few words in comments that stand in place of a noun', () => {
  const share = (1000 * prose.markers) / prose.words;
  process.stdout.write(`marker words per 1,000 comment words: ${share.toFixed(2)}\n`);
  expect(share).toBeLessThanOrEqual(MARKERS_PER_1000_MAX);
});

it('has few doc comments that begin with a question word', () => {
  const percent = (100 * prose.questions) / prose.docs;
  process.stdout.write(`doc comments that begin with a question word: ${percent.toFixed(1)} %\n`);
  expect(percent).toBeLessThanOrEqual(QUESTIONS_PERCENT_MAX);
});

it('has no such words in messages', () => {
  expect(prose.markedMessages).toEqual([]);
});
