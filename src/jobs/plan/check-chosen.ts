/**
 * Checks a row that a filter has chosen against its record as it is now. What the row writes was decided on what the
 * record held then: it is written where the record still holds that, is done where the record holds it already, and
 * is refused otherwise. Pure.
 */
import { decimalOf, isPositive } from '../../core/decimal.js';
import { isKeptAs } from '../../resources/definition/spelling.js';
import type { RowValues } from '../../resources/definition/resource.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { heldText, PRICE, viewOf, type RecordView } from '../filter/record-view.js';
import type { SourceSettings } from '../job/source-settings.js';
import type { FileRow } from '../scan/row-cells.js';
import { cellFailure, failure, type NoRequest, type Rules } from './decision.js';

interface RowToCheck {
  readonly row: FileRow | undefined;
  readonly entry: SnapshotEntry;
  /** The values that the row would write; empty for a deletion. */
  readonly values: RowValues;
}

export type Checked =
  | { readonly kind: 'kept'; readonly values: RowValues }
  | { readonly kind: 'refused'; readonly action: NoRequest };

type Chosen = NonNullable<NonNullable<SourceSettings['filter']>['chosen']>;

/** The failure of a computed value that nothing may be set to. */
function computedFault(row: FileRow, { computed, currency }: Chosen): NoRequest | null {
  for (const column of computed) {
    const decimal = decimalOf(row.cells[column]);
    const at = column === PRICE ? ` in ${currency}` : '';
    const fault =
      decimal === null ? `has no value${at} to compute with` : 'is not above 0 after the formula';
    if (decimal === null || !isPositive(decimal))
      return cellFailure('ROW_INVALID', column, { row, fault });
  }
  return null;
}

/** One kept value: what the record held then, holds now, and will hold. */
interface Holding {
  readonly column: string;
  readonly isSame: boolean;
  readonly isDone: boolean;
  /** The row writes the column. */
  readonly isSet: boolean;
}

/** A row that a filter has chosen. */
interface ChosenRow extends RowToCheck {
  readonly chosen: Chosen;
  /** The cells of the row, by position. */
  readonly texts: readonly (string | null)[];
  /** The columns that the row writes. */
  readonly columns: readonly (string | null)[];
}

function holdingsOf(asked: ChosenRow, { resource, lookups }: Rules): Holding[] {
  const { entry, values, chosen, texts, columns } = asked;
  const { image } = entry;
  const reading = { resource, lookups, currency: chosen.currency };
  const view = (held: typeof image): RecordView => viewOf({ image: held, keys: [] }, reading);
  const { after } = resource.changesFor({ values, image, mode: 'update', lookups });
  const [now, then] = [view(image), view(after)];
  return Object.entries(chosen.held).map(([column, index]): Holding => {
    const [held, next] = [now, then].map((each) => heldText(each, column, resource));
    const isSet = columns.includes(column);
    const isSame = held === texts[index];
    // Billy may have rounded the price that this row wrote.
    const isRounded = !isSame && column === PRICE && isKeptAs(column, { sent: next, held });
    return { column, isSet, isSame, isDone: isSet && (held === next || isRounded) };
  });
}

/** Takes rows of any other source as they are. */
export function checkChosen(asked: RowToCheck, rules: Rules): Checked {
  const { row, values } = asked;
  const { texts = [], sourceSettings } = row ?? {};
  const { columns = [], filter } = sourceSettings ?? {};
  const chosen = filter?.chosen;
  if (row === undefined || chosen === undefined) return { kind: 'kept', values };
  const fault = computedFault(row, chosen);
  if (fault !== null) return { kind: 'refused', action: fault };
  const holdings = holdingsOf({ ...asked, chosen, texts, columns }, rules);
  const set = holdings.filter(({ isSet }) => isSet);
  if (set.length > 0 && set.every(({ isDone }) => isDone)) return { kind: 'kept', values: {} };
  const moved = holdings.filter(({ isSame, isDone }) => !isSame && !isDone);
  const [first] = moved;
  if (first === undefined) return { kind: 'kept', values };
  const names = moved.map(({ column }) => column).join(', ');
  const message = `the record has changed since the filter chose it (${names}); start again to decide it afresh`;
  return { kind: 'refused', action: failure('PLAN_STALE', first.column, message) };
}
