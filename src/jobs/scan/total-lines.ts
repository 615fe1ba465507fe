/** Tells lines that count or add up the rows above them from records that have such a name. Pure. */
import type { SourceRow } from '../../files/cells/source-row.js';
import { totalWordsOf, wholeNumberOf, type TotalWords } from './total-words.js';

const AMOUNT =
  /^[-+(]?(?:kr\.?|dkk|€|\$|£)?\s?[-+]?[\d., \u00a0]*\d[\d., \u00a0]*(?:kr\.?|dkk|€|%|stk\.?|timer)?-?\)?$/i;
/** A telephone or VAT number has so many digits, and no file so many rows. */
const LONG_NUMBER = /^\D*(?:\d[\s+]*){8,}$/;

type Cells = SourceRow['cells'];

/** leftOut: no record · refused: it may be one, but hardly · suspect: a record that looks like a line of totals. */
export type TotalVerdict = 'leftOut' | 'refused' | 'suspect';

/** The rows around the line. */
export interface LinePlace {
  /** The last rows of the file. */
  readonly isAtEnd: boolean;
  /** The numbers of rows above that such a line may mean: with and without those that are no records. */
  readonly counts: readonly number[];
  readonly above: Cells | null;
  /** The positions of columns that identify a record by themselves. */
  readonly identities: readonly number[];
}

export interface TotalLine extends TotalWords {
  readonly text: string;
  /** The positions of the amounts beside the words. */
  readonly amounts: readonly number[];
}

const NO_AMOUNTS: readonly number[] = [];

/** The row as a line of totals; null: a cell is neither a word for totals nor an amount. */
export function totalLineOf(cells: Cells): TotalLine | null {
  let words: (TotalWords & { text: string }) | null = null;
  let amounts = NO_AMOUNTS;
  for (let at = 0; at < cells.length; at += 1) {
    const text = cells[at] ?? '';
    if (text === '') continue;
    if (AMOUNT.test(text)) {
      amounts = [...amounts, at];
      continue;
    }
    const found = totalWordsOf(text);
    if (found === null) return null;
    // Several words for a sum are one line; of any other words there is one.
    if (words !== null && (words.kind !== 'total' || found.kind !== 'total')) return null;
    words ??= { ...found, text };
  }
  return words === null ? null : { ...words, amounts };
}

/** The number of the line: its own, or the only amount beside it; null: there is none, or it is no whole number. */
function numberOf({ number, amounts }: TotalLine, cells: Cells): number | null {
  const [only, second] = amounts;
  if (number !== null || only === undefined || second !== undefined) return number;
  return wholeNumberOf(cells[only] ?? '');
}

/** True if an amount of the line is the number of a record, or a telephone. */
function isOfRecord({ amounts }: TotalLine, cells: Cells, place: LinePlace): boolean {
  return looksNumbered(cells, place) || amounts.some((at) => LONG_NUMBER.test(cells[at] ?? ''));
}

/** True if the line has a number of a record as long as that of the row above. */
function looksNumbered(cells: Cells, { above, identities }: LinePlace): boolean {
  return identities.some((at) => {
    const [own, held] = [cells[at] ?? '', above?.[at] ?? ''];
    return AMOUNT.test(own) && own.length === held.length && AMOUNT.test(held);
  });
}

function verdictOnSum(line: TotalLine, cells: Cells, place: LinePlace): TotalVerdict | null {
  const isIdentified = place.identities.some((at) => line.amounts.includes(at));
  if (!isIdentified) return 'leftOut';
  const isCount = place.counts.includes(numberOf(line, cells) ?? -1);
  if (line.amounts.length > 1) return null;
  if (!place.isAtEnd) return isCount ? 'suspect' : null;
  if (isCount) return 'leftOut';
  return looksNumbered(cells, place) ? 'suspect' : 'refused';
}

function verdictOnCount(line: TotalLine, cells: Cells, place: LinePlace): TotalVerdict | null {
  const number = numberOf(line, cells);
  if (line.amounts.length > 1) return null;
  if (place.counts.includes(number ?? -1)) return 'leftOut';
  const isOther = isOfRecord(line, cells, place);
  if (line.kind === 'count') return isOther ? 'suspect' : 'leftOut';
  // A price has decimals, a number of rows has none.
  const isPriced = line.amounts.length === 1 && number === null;
  if (!place.isAtEnd || isPriced) return null;
  return isOther ? 'suspect' : 'refused';
}

function verdictOnSentence(line: TotalLine, cells: Cells, place: LinePlace): TotalVerdict | null {
  const isCount = place.counts.includes(line.number ?? -1);
  if (line.kind === 'sentence') {
    if (line.amounts.length === 0) return 'leftOut';
    if (line.amounts.length > 1 || !(isCount || place.isAtEnd)) return null;
    return looksNumbered(cells, place) ? 'suspect' : 'leftOut';
  }
  if (line.amounts.length > 0) return null;
  if (isCount) return 'leftOut';
  return place.isAtEnd ? 'refused' : null;
}

const JUDGES = {
  total: verdictOnSum,
  count: verdictOnCount,
  mayBeCount: verdictOnCount,
  sentence: verdictOnSentence,
  mayBeSentence: verdictOnSentence,
} as const;

/** null: the row is a record like any other. */
export function verdictOn(line: TotalLine, cells: Cells, place: LinePlace): TotalVerdict | null {
  return JUDGES[line.kind](line, cells, place);
}
