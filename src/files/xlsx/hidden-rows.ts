/** Judges the rows of a sheet that a filter or a person has hidden. */
import { InputError } from '../../core/errors.js';
import type { HiddenRows } from '../cells/source-row.js';
import type { XlsxRow } from './reader.js';
import type { SheetFacts } from './sheet.js';
import type { Problem } from '../../model/item.js';

const ROWS_NAMED_MAX = 5;

export class HiddenRowsJudge {
  /** Filled in while the sheet is read. */
  readonly facts: SheetFacts = { hasFilter: false };
  readonly #policy: HiddenRows;
  readonly #firstRows: number[] = [];
  #count = 0;
  #outlinedCount = 0;

  constructor(policy: HiddenRows = 'taken') {
    this.#policy = policy;
  }

  /** True if the row is read. */
  takes({ hidden, source }: Pick<XlsxRow, 'hidden' | 'source'>): boolean {
    if (hidden === undefined) return true;
    if (hidden === 'outline') {
      this.#outlinedCount += 1;
      return true;
    }
    this.#count += 1;
    if (this.#firstRows.length < ROWS_NAMED_MAX) this.#firstRows.push(source.row);
    return this.#policy !== 'leftOut';
  }

  /** Throws `INPUT_AMBIGUOUS` if hidden rows may neither be read nor be left out. */
  finish(): Problem[] {
    if (this.#policy === 'taken') return [];
    // A filter hides the rows of a group as well, and the file does not tell which of the two did.
    if (this.facts.hasFilter && this.#outlinedCount > 0) throw this.#unclearGroups();
    if (this.#count === 0) return [];
    if (this.#policy === 'refused') throw this.#undecided();
    return [{ code: 'ROWS_HIDDEN', message: `${this.#named()} left out.` }];
  }

  /** `2 rows that are hidden in the sheet were` and their numbers. */
  #named(): string {
    const isOne = this.#count === 1;
    const more = this.#count > this.#firstRows.length ? ', …' : '';
    const rows = `${isOne ? 'row' : 'rows'} ${this.#firstRows.join(', ')}${more}`;
    return `${this.#count} ${isOne ? 'row that is' : 'rows that are'} hidden in the sheet (${rows}) ${isOne ? 'was' : 'were'}`;
  }

  #undecided(): InputError {
    return new InputError({
      code: 'INPUT_AMBIGUOUS',
      message: `${this.#named()} found: a filter is on, or they were hidden by hand.`,
      hint: 'Set options.includeHiddenRows to true to import them too, or to false to leave them out.',
    });
  }

  #unclearGroups(): InputError {
    return new InputError({
      code: 'INPUT_AMBIGUOUS',
      message: `${this.#outlinedCount} hidden rows belong to an outline group while a filter is on, so it is unclear what hides them.`,
      hint: 'Expand the groups or clear the filter and save the workbook, or set options.includeHiddenRows to true.',
    });
  }
}
