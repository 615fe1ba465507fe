/**
 * Windows-1252, and where each of its signs is believed. The old codes of DOS (cp850) and the Mac
 * have their letters where windows-1252 has signs, so a sign inside a word betrays them:
 * "Smørrebrød" from a Mac reads "Sm¿rrebr¿d", from DOS "Sm›rrebr›d".
 */

// Bytes 80 to 9F; a space stands for the five that windows-1252 leaves undefined.
// Own table: Node's decoder takes them for ISO-8859-1 control characters (seen on 20.20).
const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** `wrong`: no such text; `weak`: possible, but a DOS or Mac letter often falls on it. */
export type Plausibility = 'sound' | 'weak' | 'wrong';

/** The characters beside the one in question; '' at the ends of the file. */
export interface Neighbours {
  before: string;
  after: string;
  /** The one behind `after`. */
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

// Letters of other languages where the Mac has ä ö ü é, and those that UTF-8 shows when it is broken.
const RARE_LETTERS = 'ŠŽšœžŸÂÃ';
// Letters by name only, or the very places of å (Mac) and the hard space (DOS).
const NO_DANISH_LETTERS = 'Œªÿƒˆ';
// Where the Mac has its dashes and curly quotes: "Don’t" reads "DonÕt".
const LATE_CAPITALS = 'ŠŽŸÐÑÒÓÔÕ';

const soundIf = (isSound: boolean): Plausibility => (isSound ? 'sound' : 'wrong');
const weakIf = (isWeak: boolean): Plausibility => (isWeak ? 'weak' : 'sound');

const SIGNS: readonly { signs: string; believe: (place: Place) => Plausibility }[] = [
  { signs: '\u00a0\u00ad´', believe: () => 'sound' },
  {
    signs: '§±÷‰¾¥',
    believe: ({ isLetterBefore, isLetterAfter }) => soundIf(!isLetterBefore && !isLetterAfter),
  },
  { signs: '€£™®²³¹º…', believe: ({ isLetterAfter }) => soundIf(!isLetterAfter) },
  { signs: '•µ©¼½×', believe: ({ isLetterBefore }) => soundIf(!isLetterBefore) },
  {
    signs: '°«»·',
    believe: ({ isLetterBefore, isLetterAfter }) => soundIf(!isLetterBefore || !isLetterAfter),
  },
  { signs: '–—', believe: ({ neighbours }) => soundIf(!isBoth(LOWER, neighbours)) },
  { signs: '’', believe: believeApostrophe },
  { signs: '“„‚‘', believe: believeOpening },
  {
    signs: '”',
    believe: ({ isLetterBefore, isLetterAfter }) =>
      isLetterAfter ? 'wrong' : weakIf(isLetterBefore),
  },
];

const BELIEFS = new Map(
  SIGNS.flatMap(({ signs, believe }) => Array.from(signs).map((sign) => [sign, believe] as const)),
);

/** The character of a byte; null for the five bytes that mean nothing. */
export function charOf1252(byte: number): string | null {
  if (byte < 0x80 || byte > 0x9f) return String.fromCharCode(byte);
  const character = HIGH.charAt(byte - 0x80);
  return character === ' ' ? null : character;
}

/** Throws a TypeError at a byte that means nothing. */
export function decodeWindows1252(bytes: Uint8Array = new Uint8Array()): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin.replace(/[\u0080-\u009f]/g, (control) => {
    const character = charOf1252(control.charCodeAt(0));
    if (character === null) throw new TypeError('undefined in windows-1252');
    return character;
  });
}

/** Whether somebody would write this non-ASCII character in this place. */
export function plausibilityOf(character: string, neighbours: Neighbours): Plausibility {
  const place = {
    neighbours,
    isLetterBefore: LETTER.test(neighbours.before),
    isLetterAfter: LETTER.test(neighbours.after),
  };
  const believeSign = BELIEFS.get(character);
  if (believeSign !== undefined) return believeSign(place);
  if (!LETTER.test(character) || NO_DANISH_LETTERS.includes(character)) return 'wrong';
  if (LATE_CAPITALS.includes(character) && LOWER.test(neighbours.before)) return 'wrong';
  return weakIf(RARE_LETTERS.includes(character));
}

/** "O’Brien", "Jens’ bil"; among capitals it may be the Æ of DOS. */
function believeApostrophe({ neighbours, isLetterBefore, isLetterAfter }: Place): Plausibility {
  if (isLetterBefore && isLetterAfter)
    return weakIf(isBoth(UPPER, neighbours) && !LOWER.test(neighbours.next));
  return weakIf(isLetterAfter || UPPER.test(neighbours.before));
}

function believeOpening({ isLetterBefore, isLetterAfter }: Place): Plausibility {
  return isLetterBefore ? 'wrong' : weakIf(isLetterAfter);
}

function isBoth(kind: RegExp, { before, after }: Neighbours): boolean {
  return kind.test(before) && kind.test(after);
}
