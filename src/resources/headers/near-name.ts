/** Finds the known name that a mistyped name means, if only one is near. */
import { distance } from 'fastest-levenshtein';

/** A shorter name is near to too many names. */
const LETTERS_MIN = 3;
const SHORT_LETTERS_MAX = 5;

function errorsAllowed(left: string, right: string): number {
  const letters = Math.min(left.length, right.length);
  if (letters < LETTERS_MIN) return 0;
  return letters <= SHORT_LETTERS_MAX ? 1 : 2;
}

/** Letters to add, drop, change, or (once) two neighbours to swap: `nvan` is one error from `navn`. */
function errorsBetween(typed: string, name: string): number {
  let least = distance(typed, name);
  for (let index = 0; index + 1 < typed.length && least > 1; index += 1) {
    const [left = '', right = ''] = typed.slice(index, index + 2);
    const swapped = typed.slice(0, index) + right + left + typed.slice(index + 2);
    least = Math.min(least, 1 + distance(swapped, name));
  }
  return least;
}

/** The meaning of the nearest name; null if no name is near, or two meanings are equally near. */
export function nearestMeaning(
  typed: string,
  meanings: Iterable<readonly [name: string, meaning: string]>,
): string | null {
  let least = Infinity;
  let nearest = new Set<string>();
  for (const [name, meaning] of meanings) {
    const allowed = errorsAllowed(typed, name);
    if (Math.abs(typed.length - name.length) > allowed) continue;
    const errors = errorsBetween(typed, name);
    if (errors > allowed || errors > least) continue;
    if (errors < least) nearest = new Set();
    least = errors;
    nearest.add(meaning);
  }
  const [only, second] = nearest;
  return second === undefined ? (only ?? null) : null;
}
