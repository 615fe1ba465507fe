/**
 * Decides if two names may be those of one contact (contract, "Matching and duplicates"): equal after folding
 * case, spacing, punctuation and diacritics, but for a legal form that one of them lacks and a few typing errors.
 */
import { distance } from 'fastest-levenshtein';

/** Letters for each typing error. */
const LETTERS_AN_ERROR = 8;
/** In a shorter word, another letter makes another word: `Lager A`, `Lager B`. */
const WORD_LETTERS_MIN = 4;
const NAME_CHARS_MAX = 300;

/** Spellings of legal forms without dots and slashes. */
const FORMS: Readonly<Record<string, string>> = {
  ...{ aps: 'aps', as: 'as', asa: 'asa', ivs: 'ivs', amba: 'amba', smba: 'smba', fmba: 'fmba' },
  ...{
    ab: 'ab',
    gmbh: 'gmbh',
    ug: 'ug',
    ag: 'ag',
    kg: 'kg',
    ltd: 'ltd',
    limited: 'ltd',
    llc: 'llc',
  },
  ...{ plc: 'plc', inc: 'inc', bv: 'bv', nv: 'nv', oy: 'oy', oyj: 'oyj', sarl: 'sarl', srl: 'srl' },
};
/** These are ordinary words without their slash. */
const SLASHED_FORMS: Readonly<Record<string, string>> = { 'i/s': 'is', 'k/s': 'ks', 'p/s': 'ps' };
/** `Malerfirmaet Lys v/ Anne Lys`: the owner of a firm without a legal form. */
const OWNER = /(?:^|\s)v\/.*$/;
const CONJUNCTIONS: ReadonlySet<string> = new Set(['og', 'and', 'und', 'och']);

const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  ß: 'ss',
  đ: 'd',
  ł: 'l',
};
const WRITTEN_OUT: Readonly<Record<string, string>> = {
  ...{ ø: 'oe', ö: 'oe', å: 'aa', æ: 'ae', ä: 'ae', ü: 'ue', ß: 'ss' },
};

interface FoldedName {
  /** null: the name has no legal form. */
  readonly form: string | null;
  readonly words: readonly string[];
}

function formOf(word: string): string | null {
  const slashed = SLASHED_FORMS[word.replaceAll('.', '')];
  return slashed ?? FORMS[word.replaceAll(/[./,]/g, '')] ?? null;
}

function withLetters(text: string, letters: Readonly<Record<string, string>>): string {
  const replaced = text.replaceAll(/[^\0-\x7f]/g, (letter) => letters[letter] ?? letter);
  return replaced.normalize('NFKD').replaceAll(/\p{M}/gu, '');
}

function wordsOf(text: string): string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words.filter((word) => !CONJUNCTIONS.has(word));
}

/** The name in small letters, its legal form apart. A form stands first or last. */
function folded(name: string, letters: Readonly<Record<string, string>>): FoldedName {
  const text = name.slice(0, NAME_CHARS_MAX).normalize('NFC').toLowerCase().trim();
  const own = text.replace(OWNER, '');
  const parts = own.split(/[\s,()]+/).filter((part) => part !== '');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  let form = own === text ? null : 'v';
  if (parts.length > 1 && formOf(last) !== null) {
    form = formOf(last);
    parts.pop();
  } else if (parts.length > 1 && formOf(first) !== null && first.includes('/')) {
    form = formOf(first);
    parts.shift();
  }
  // A dot or an apostrophe inside a word is no gap: `A.P. Møller`, `Mc'Donald`.
  const joined = parts.map((part) => part.replaceAll(/[.'’´`]/g, '')).join(' ');
  return { form, words: wordsOf(withLetters(joined, letters)) };
}

function digitsOf(words: readonly string[]): string {
  return words
    .map((word) => word.replaceAll(/[^\p{N}]+/gu, ' '))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** True if the words differ only by typing errors. */
function areAlike(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [left.join(''), right.join('')];
  if (one === other) return true;
  if (left.length !== right.length || digitsOf(left) !== digitsOf(right)) return false;
  let errors = 0;
  for (const [at, word] of left.entries()) {
    const second = right[at] ?? '';
    if (word === second) continue;
    if (Math.min(word.length, second.length) < WORD_LETTERS_MIN) return false;
    errors += distance(word, second);
  }
  return errors <= Math.floor(Math.min(one.length, other.length) / LETTERS_AN_ERROR);
}

function agreeIn(letters: Readonly<Record<string, string>>, left: string, right: string): boolean {
  const [one, other] = [folded(left, letters), folded(right, letters)];
  if (one.form !== null && other.form !== null && one.form !== other.form) return false;
  return areAlike(one.words, other.words);
}

/** True if both names may be those of one contact. A blank name contradicts none. */
export function namesAgree(left: string, right: string): boolean {
  if (left === right || left.trim() === '' || right.trim() === '') return true;
  return agreeIn(PLAIN_LETTERS, left, right) || agreeIn(WRITTEN_OUT, left, right);
}
