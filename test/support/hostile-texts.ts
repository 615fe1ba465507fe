// Texts as strangers write them, and what no reader may be given. The judge here knows nothing of the code.
import fc from 'fast-check';

/** Emoji of several code points: joined, with skin, with selector, flags of regions and countries, keycaps. */
export const EMOJI = [...['😀', '👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '❤️', '🇩🇰', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩🏽‍💻', '☎️']] as const;

/** Escapes, overrides, marks without width, tags, fillers, halves of pairs, separators of lines. */
const HOSTILE_SIGNS = [
  ...[
    '\u0000',
    '\u0007',
    '\u0008',
    '\u000b',
    '\u001b[2J',
    '\u001b]0;x\u0007',
    '\u007f',
    '\u009b31m',
  ],
  ...['\u0085', '\u00ad', '\u034f', '\u061c', '\u115f', '\u180e', '\u200b', '\u200c', '\u200d'],
  ...['\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202d', '\u202e', '\u202c', '\u2060'],
  ...['\u2063', '\u2066', '\u2069', '\u206a', '\u2800', '\u3164', '\ue000', '\ufe0f', '\ufeff'],
  ...['\uffa0', '\ufff9', '\ufffe', '\uffff', '\ud83d', '\ude00', '\u{e0001}', '\u{e0041}'],
  ...['\u{e007f}', '\u{e0101}', '\u{1d173}', '\u{f0000}', '\r', '\n', '\r\n', '\t'],
] as const;

const letters = 'abcæøåÆØÅéüß019 .,;:-_/()&%@+"\'<>[]{}`*#|\\€–“”é';
const ordinarySign = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Array.from(letters)) },
  { weight: 1, arbitrary: fc.constantFrom(...EMOJI, 'e\u0301', 'A\u030a', 'Ł', '東', 'щ') },
);

export const ordinaryText = fc
  .string({ unit: ordinarySign, maxLength: 80 })
  // A selector or a skin after anything else would be no emoji.
  .filter((text) => !/^\p{M}/u.test(text));

export const hostileText = fc.oneof(
  fc.string({ unit: fc.oneof(ordinarySign, fc.constantFrom(...HOSTILE_SIGNS)), maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...HOSTILE_SIGNS), fc.integer({ min: 1, max: 3000 }), ordinaryText)
    .map(([sign, count, text]) => `${text}${sign.repeat(count)}${text}`),
);

// The look ahead makes it ten times faster: the long list of emoji is tried only where one can begin.
const EMOJI_ALONE = new RegExp(
  String.raw`(?=\p{Emoji})\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0e`,
  'gv',
);

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Signs of the text that hide, reorder or control, each as its code; emoji are none. */
export function hiddenIn(text: string): string[] {
  // V8 runs the pattern of emoji 15 times slower once a worker holds 16 MiB of code: most texts do without it.
  if (!HIDDEN.test(text)) return [];
  const signs = Array.from(text.replace(EMOJI_ALONE, ''));
  return signs
    .filter((sign) => HIDDEN.test(sign))
    .map((sign) => (sign.codePointAt(0) ?? 0).toString(16));
}
