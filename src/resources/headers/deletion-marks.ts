/** Headers of a list of deletions that say of each row if it is to be deleted: `Slettes`, `Delete?`, `Behold`. */
import { looseForm, withoutRemark } from './header-text.js';

export const DELETION_MARKS = ['delete', 'keep'] as const;
/** delete: a yes deletes the row · keep: a yes keeps it. */
export type DeletionMark = (typeof DELETION_MARKS)[number];

const LEAD = '(?:skal|må|kan|bør|to|tobe|please|markfor|markedfor|markérfor)?';
const DELETE =
  'slet(?:tes|ning)?|fjern(?:es)?|udgår|delet(?:e|ion)|remov(?:e|al)|tobedeleted|toberemoved';
const KEEP = 'behold(?:es)?|bevar(?:es)?|keep|tobekept';

const MARKS: readonly (readonly [DeletionMark, RegExp])[] = [
  ['delete', new RegExp(`^${LEAD}(?:${DELETE})$`)],
  ['keep', new RegExp(`^${LEAD}(?:${KEEP})$`)],
];

/** null: the header is none of them. `Slettet` and `Deleted` tell of the past, so they are none. */
export function deletionMarkOf(header: string): DeletionMark | null {
  const form = looseForm(withoutRemark(header) ?? header);
  return MARKS.find(([, pattern]) => pattern.test(form))?.[0] ?? null;
}
