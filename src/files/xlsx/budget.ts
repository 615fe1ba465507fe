/** What the head of a workbook may cost to read, all its parts together, since a call waits for it. */
import { LIMITS } from '../../core/limits.js';
import { tooLarge } from './archive.js';

/** Counted work, not time: the same workbook is taken or refused on every machine. */
export class ReadBudget {
  #chars = LIMITS.xlsxHeadCharsMax;
  #elements = LIMITS.xlsxHeadElementsMax;

  /** Throws `INPUT_TOO_LARGE` once the budget is spent. */
  spend(chars: number, elements: number): void {
    this.#chars -= chars;
    this.#elements -= elements;
    if (this.#chars < 0 || this.#elements < 0) {
      throw tooLarge('headers lie behind too much else to be found quickly');
    }
  }
}
