/** The words of lines that count or add up the rows above them: `I alt`, `Antal kunder: 5`, `Number of rows`. Pure. */

/**
 * total: a word for a sum · count: words for a number of records · mayBeCount: the same, but a product or a firm
 * could be called so · sentence: with the number itself · mayBeSentence: the same, but it could be a name.
 */
export type TotalKind = 'total' | 'count' | 'mayBeCount' | 'sentence' | 'mayBeSentence';

export interface TotalWords {
  readonly kind: TotalKind;
  /** The whole number that the text holds; null: none. */
  readonly number: number | null;
}

/** Nobody sells these, or is called so. */
const RECORDS =
  'kunder|leverandører|kontakter|debitorer|kreditorer|varer|produkter|rækker|records|rows|customers|suppliers|vendors|contacts|products';
const LINES =
  'poster|linjer|linier|ydelser|artikler|fakturaer|stk|styk|items|lines|entries|invoices';
const WHICH =
  '(?:(?:aktive|active|nye|new|viste|valgte|unikke|unique|eksporterede|exported|importerede|imported) )?';
const IN_ALL = '(?:i ?alt|totalt?|in total|in all|tilsammen)';
const SUM =
  '(?:i ?alt|total(?:t|er|s)?|sum(?:ma)?|sub-?total|del-?sum(?:ma)?|mellem(?:sum|total)|saldo|grand total|sum total|slut ?total|at betale|gesamt|zwischensumme|summe)';
const OF_WHAT = '(?:\\s+(?:i alt|dkk|kr\\.?|eur|(?:ekskl|inkl|excl|incl)\\.? ?(?:moms|vat)))?';
const COUNT_OF =
  '(?:antal|samlet antal|totalt? (?:antal|number of|count of)|totalt?|i ?alt|sum(?: af)?|number of|no\\.? of|count(?: of)?)';
const COUNT = '(?:antal|count|row count|record count|records|rows|rækker|poster|total count)';
const NUMBER = '(\\d[\\d., \\u00a0]*)(?:\\s*(?:kr\\.?|dkk|stk\\.?))?';

/** The beginnings of all such texts; most rows are passed over by this test. */
const BEGINNING = new RegExp(
  `^(?:\\d|antal|samlet|number|no\\b|count|row|record|${SUM}|${RECORDS}|${LINES})`,
  'i',
);

function countLabel(nouns: string): string {
  return `(?:${COUNT_OF} ${WHICH}(?:${nouns})(?: ${IN_ALL})?|${WHICH}(?:${nouns}) ${IN_ALL})`;
}

const ANY = `(?:${RECORDS}|${LINES})`;
/** The first that fits is the kind. */
const FORMS: readonly (readonly [TotalKind, RegExp])[] = (
  [
    ['total', `${SUM}${OF_WHAT}\\s*[:.]?`],
    ['count', `${countLabel(RECORDS)}\\s*[:=]?`],
    ['mayBeCount', `(?:${countLabel(LINES)}|${COUNT})\\s*[:=]?`],
    [
      'sentence',
      `(?:${countLabel(ANY)}|${COUNT}|${SUM}|${ANY})\\s*[:=]\\s*${NUMBER}(?:\\s*${ANY})?`,
    ],
    ['sentence', `(?:${countLabel(ANY)})\\s+${NUMBER}`],
    ['sentence', `(?:antal|${IN_ALL}|${SUM})\\s+${NUMBER}\\s*${WHICH}${ANY}`],
    ['sentence', `${NUMBER}\\s*${WHICH}${ANY} ${IN_ALL}`],
    ['mayBeSentence', `(?:${SUM}|${COUNT})\\s+${NUMBER}`],
    ['mayBeSentence', `${NUMBER}\\s*${WHICH}${ANY}`],
  ] as const
).map(([kind, form]) => [kind, new RegExp(`^${form}$`, 'i')]);

const WHOLE = /^\d{1,3}(?:[., \u00a0]\d{3})*$|^\d+$/;

/** The whole number that a text is, with or without thousands separators; null: it is none. */
export function wholeNumberOf(text: string): number | null {
  const plain = text.trim();
  return WHOLE.test(plain) ? Number(plain.replaceAll(/\D/g, '')) : null;
}

/** null: the text is none of these lines. */
export function totalWordsOf(text: string): TotalWords | null {
  if (!BEGINNING.test(text)) return null;
  for (const [kind, form] of FORMS) {
    const match = form.exec(text);
    if (match !== null) return { kind, number: wholeNumberOf(match[1] ?? '') };
  }
  return null;
}
