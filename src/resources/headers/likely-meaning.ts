/** Guesses the column that a header without one may mean: for suggestions, never for reading. */
import { normalizeHeader, wordsOf } from './header-text.js';
import { nearestMeaning } from './near-name.js';

/** A shorter name stands in too many words. */
const LETTERS_MIN = 4;

type Names = readonly (readonly [name: string, column: string])[];

/** The column that all of the names mean; null: none, or several. */
function onlyColumn(names: Names): string | null {
  const [column, second] = new Set(names.map(([, meant]) => meant));
  return second === undefined ? (column ?? null) : null;
}

/** The column with a mistyped name, else with a name that is one of the words, else that ends a compound word. */
export function likelyMeaning(header: string, free: Names): string | null {
  const normal = normalizeHeader(header);
  const near = nearestMeaning(normal, free);
  if (near !== null) return near;
  const words = new Set(wordsOf(header));
  const byWord = onlyColumn(free.filter(([name]) => words.has(name)));
  if (byWord !== null) return byWord;
  const behind = free.filter(([name]) => name.length >= LETTERS_MIN && normal.endsWith(name));
  const longest = Math.max(0, ...behind.map(([name]) => name.length));
  return onlyColumn(behind.filter(([name]) => name.length === longest));
}
