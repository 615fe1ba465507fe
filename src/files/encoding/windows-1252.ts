/**
 * Decodes windows-1252 and rates how plausible each of its characters is in its place. The old code
 * pages of DOS (cp850) and the Mac have letters where windows-1252 has signs, so a sign inside a word
 * reveals them:
 * "Smørrebrød" from a Mac reads "Sm¿rrebr¿d", from DOS "Sm›rrebr›d".
 */

// Bytes 80 to 9F; a space stands for the five that windows-1252 leaves undefined.
// Node's decoder reads these bytes as ISO-8859-1 control characters (seen on 20.20), hence this table.
const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** `wrong`: not found in real text; `weak`: possible, but often a DOS or Mac letter. */
export type Plausibility = 'sound' | 'weak' | 'wrong';

/** The characters beside the rated one; '' at the ends of the file. */
export interface Neighbours {
  before: string;
  after: string;
  /** The character behind `after`. */
  next: string;
}

interface Place {
  isLetterBefore: boolean;
  isLetterAfter: boolean;
  neighbours: Neighbours;
}

const LETTER = /\p{L}/u;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;

// Letters of other languages where the Mac has ä ö ü é, and those that garbled UTF-8 shows.
const RARE_LETTERS = 'ŠŽšœžŸÂÃ';
// Letters by name only, or the bytes of å (Mac) and the no-break space (DOS).
const NO_DANISH_LETTERS = 'Œªÿƒˆ';
// The Mac has its dashes and curly quotes at these bytes: "Don’t" reads "DonÕt".
const LATE_CAPITALS = 'ŠŽŸÐÑÒÓÔÕ';

const soundIf = (isSound: boolean): Plausibility => (isSound ? 'sound' : 'wrong');
const weakIf = (isWeak: boolean): Plausibility => (isWeak ? 'weak' : 'sound');

const SIGNS: readonly { signs: string; rate: (place: Place) => Plausibility }[] = [
  { signs: '\u00a0\u00ad´', rate: () => 'sound' },
  {
    signs: '§±÷‰¾¥',
    rate: ({ isLetterBefore, isLetterAfter }) => soundIf(!isLetterBefore && !isLetterAfter),
  },
  { signs: '€£™®²³¹º…', rate: ({ isLetterAfter }) => soundIf(!isLetterAfter) },
  { signs: '•µ©¼½×', rate: ({ isLetterBefore }) => soundIf(!isLetterBefore) },
  {
    signs: '°«»·',
    rate: ({ isLetterBefore, isLetterAfter }) => soundIf(!isLetterBefore || !isLetterAfter),
  },
  { signs: '–—', rate: ({ neighbours }) => soundIf(!isBoth(LOWER, neighbours)) },
  { signs: '’', rate: rateApostrophe },
  { signs: '“„‚‘', rate: rateOpening },
  {
    signs: '”',
    rate: ({ isLetterBefore, isLetterAfter }) => (isLetterAfter ? 'wrong' : weakIf(isLetterBefore)),
  },
];

const RATERS = new Map(
  SIGNS.flatMap(({ signs, rate }) => Array.from(signs).map((sign) => [sign, rate] as const)),
);

/** The character of a byte; null for the five undefined bytes. */
export function charOf1252(byte: number): string | null {
  if (byte < 0x80 || byte > 0x9f) return String.fromCharCode(byte);
  const character = HIGH.charAt(byte - 0x80);
  return character === ' ' ? null : character;
}

/** Throws a TypeError at an undefined byte. */
export function decodeWindows1252(bytes: Uint8Array = new Uint8Array()): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin.replace(/[\u0080-\u009f]/g, (control) => {
    const character = charOf1252(control.charCodeAt(0));
    if (character === null) throw new TypeError('undefined in windows-1252');
    return character;
  });
}

/** Rates how plausible a non-ASCII character is between its neighbours. */
export function plausibilityOf(character: string, neighbours: Neighbours): Plausibility {
  const place = {
    neighbours,
    isLetterBefore: LETTER.test(neighbours.before),
    isLetterAfter: LETTER.test(neighbours.after),
  };
  const rateSign = RATERS.get(character);
  if (rateSign !== undefined) return rateSign(place);
  if (!LETTER.test(character) || NO_DANISH_LETTERS.includes(character)) return 'wrong';
  if (LATE_CAPITALS.includes(character) && LOWER.test(neighbours.before)) return 'wrong';
  return weakIf(RARE_LETTERS.includes(character));
}

/** Rates an apostrophe, as in "O’Brien" or "Jens’ bil"; among capitals it may be the Æ of DOS. */
function rateApostrophe({ neighbours, isLetterBefore, isLetterAfter }: Place): Plausibility {
  if (isLetterBefore && isLetterAfter)
    return weakIf(isBoth(UPPER, neighbours) && !LOWER.test(neighbours.next));
  return weakIf(isLetterAfter || UPPER.test(neighbours.before));
}

function rateOpening({ isLetterBefore, isLetterAfter }: Place): Plausibility {
  return isLetterBefore ? 'wrong' : weakIf(isLetterAfter);
}

function isBoth(kind: RegExp, { before, after }: Neighbours): boolean {
  return kind.test(before) && kind.test(after);
}
