/** The values of a record under our column names, as filters and formulas read them. Pure. */
import type { Lookups, Resource } from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';

export const PRICE = 'unitPrice';
export const CURRENCY = 'currency';

export interface Reading {
  readonly resource: Resource;
  readonly lookups: Lookups;
  /** `unitPrice` is the price in this currency. */
  readonly currency: string;
}

export interface RecordView {
  readonly image: RecordImage;
  readonly keys: readonly MatchKey[];
  /** The row that an export shows, with the price in the currency of the question. */
  readonly cells: Readonly<Record<string, string>>;
  /** The prices by currency; null: records of the resource have none. */
  readonly prices: ReadonlyMap<string, string> | null;
}

export function viewOf(
  { image, keys }: { readonly image: RecordImage; readonly keys: readonly MatchKey[] },
  { resource, lookups, currency }: Reading,
): RecordView {
  const cells = resource.exportRow(image, lookups);
  const prices = resource.pricesOf?.(image) ?? null;
  if (prices === null) return { image, keys, cells, prices };
  return { image, keys, prices, cells: { ...cells, [PRICE]: prices.get(currency) ?? '' } };
}

/** The cell of the column; '' if it is empty. */
export function cellIn({ cells }: Pick<RecordView, 'cells'>, column: string): string {
  return cells[column] ?? '';
}

/** All values that matching compares for the column: every e-mail of a contact, both forms of a phone number. */
export function textsOf(view: RecordView, column: string): readonly string[] {
  const { keys, prices } = view;
  if (column === CURRENCY && prices !== null) return [...prices.keys()];
  const ofKeys = keys.filter(({ key }) => key === column).map(({ value }) => value);
  return [cellIn(view, column), ...ofKeys];
}

/** Billy's own values behind a column, where an export cannot show them: an account without a number. */
function hiddenTexts({ image }: RecordView, column: string, resource: Resource): string[] {
  const { columnOf, textReferences = {} } = resource;
  return Object.keys(columnOf)
    .filter((field) => columnOf[field] === column)
    .flatMap((field) => [field, textReferences[field]?.idField ?? []].flat())
    .map((field) => image.fields[field] ?? '')
    .map(String)
    .filter((text) => text !== '');
}

/** True if Billy holds nothing in the column, shown or hidden. */
export function isBlank(view: RecordView, column: string, resource: Resource): boolean {
  if (textsOf(view, column).some((text) => text.trim() !== '')) return false;
  return hiddenTexts(view, column, resource).length === 0;
}

/** The value of the column as one text: equal texts mean that it has not changed. */
export function heldText(view: RecordView, column: string, resource: Resource): string {
  const cell = cellIn(view, column);
  if (cell !== '') return cell;
  // In brackets, so that it equals no value that a row could name.
  return hiddenTexts(view, column, resource)
    .map((text) => `(${text})`)
    .join(' ');
}
