/** Limits the work of reading the head of a workbook, all parts together, since a call waits for it. */
import { LIMITS } from '../../core/limits.js';
import { tooLarge } from './archive.js';

/** Counts work, not time, so that the decision on a workbook is the same on every machine. */
export class ReadBudget {
  #chars = LIMITS.xlsxHeadCharsMax;
  #elements = LIMITS.xlsxHeadElementsMax;

  /** Throws `INPUT_TOO_LARGE` once the budget is spent. */
  spend(chars: number, elements: number): void {
    this.#chars -= chars;
    this.#elements -= elements;
    if (this.#chars < 0 || this.#elements < 0) {
      throw tooLarge('headers are behind too much other content to be found quickly');
    }
  }
}
