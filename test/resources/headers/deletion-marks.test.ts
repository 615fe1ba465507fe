// Which headers say of a row that it is to be deleted, or kept.
import { expect, it } from 'vitest';
import { deletionMarkOf } from '../../../src/resources/headers/deletion-marks.js';

it.each([
  ...['Slet', 'slettes', 'Slet (ja/nej)', 'Skal slettes?', 'Delete', 'delete?'],
  ...['To be deleted', 'Remove', 'Fjernes', 'Kan slettes', 'Mark for deletion'],
])('%j marks what is deleted', (header) => {
  expect(deletionMarkOf(header)).toBe('delete');
});

it.each(['Behold', 'Beholdes', 'Skal beholdes', 'Keep'])('%j marks what is kept', (header) => {
  expect(deletionMarkOf(header)).toBe('keep');
});

it.each([
  ...['Slettet', 'Deleted', 'Slettet dato', 'Navn', 'Sletningsårsag', 'Deletion reason'],
  ...['Keeper', 'Beholdning', 'Fjernlager', ''],
])('%j is no mark', (header) => {
  expect(deletionMarkOf(header)).toBeNull();
});
