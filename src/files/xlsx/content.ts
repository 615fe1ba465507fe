/**
 * Collects the content of a cell (`c`) or of a shared text (`si`), element by element. Text in places
 * where the format allows none would be lost unnoticed, so it marks the content as torn.
 */
import { LIMITS } from '../../core/limits.js';

/** enter: read its children · text: its text counts · skip: ignore it and its children. */
type Rule = 'enter' | 'text' | 'skip';

type Children = ReadonlyMap<string, Rule>;

/** Runs of rich text count; readings of Japanese text (`rPh`) do not. */
const RICH_TEXT: Children = new Map([
  ['t', 'text'],
  ['r', 'enter'],
  ['rPh', 'skip'],
  ['phoneticPr', 'skip'],
]);
const CHILDREN: ReadonlyMap<string, Children> = new Map([
  [
    'c',
    new Map<string, Rule>([
      ['f', 'skip'],
      ['v', 'text'],
      ['is', 'enter'],
      ['extLst', 'skip'],
    ]),
  ],
  ['is', RICH_TEXT],
  ['si', RICH_TEXT],
  [
    'r',
    new Map<string, Rule>([
      ['rPr', 'skip'],
      ['t', 'text'],
    ]),
  ],
]);
const NONE: Children = new Map();
const FILLED = /\S/;

export class Content {
  /** Open elements, the outermost first. */
  readonly #path: string[];
  /** The number of open elements within a skipped one, itself included. */
  #skipped = 0;
  #text = '';
  #isTorn = false;
  /** The names of the elements directly in the outermost one. */
  readonly #parts = new Set<string>();

  constructor(root: 'c' | 'si') {
    this.#path = [root];
  }

  /** One character over the limit is kept, so that the row can be refused for it. */
  get text(): string {
    return this.#text;
  }

  get isTorn(): boolean {
    return this.#isTorn;
  }

  has(part: string): boolean {
    return this.#parts.has(part);
  }

  open(name: string): void {
    const parent = this.#path.at(-1) ?? '';
    this.#path.push(name);
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    if (this.#path.length === 2) this.#notePart(name);
    const rule = (CHILDREN.get(parent) ?? NONE).get(name);
    if (rule === undefined) this.#isTorn = true;
    if (rule === undefined || rule === 'skip') this.#skipped = 1;
  }

  addText(text: string): void {
    if (this.#skipped > 0) return;
    const parent = this.#path.at(-1) ?? '';
    if (parent !== 'v' && parent !== 't') {
      if (FILLED.test(text)) this.#isTorn = true;
      return;
    }
    // A text that is too long already does not grow: a million runs would each copy it.
    if (this.#text.length <= LIMITS.cellCharsMax) this.#text = cut(this.#text + text);
  }

  /** True if the outermost element ended. */
  close(): boolean {
    this.#path.pop();
    if (this.#skipped > 0) this.#skipped -= 1;
    return this.#path.length === 0;
  }

  /** Marks the content as torn for a second value, which would be joined to the first. */
  #notePart(name: string): void {
    const isSecond = this.#parts.has(name) && name !== 'r' && name !== 'rPh';
    const isOther = (name === 'v' && this.has('is')) || (name === 'is' && this.has('v'));
    if (isSecond || isOther) this.#isTorn = true;
    this.#parts.add(name);
  }
}

/** One character over the limit is kept, so that the row can be refused for it. */
export function cut(text: string): string {
  return text.length > LIMITS.cellCharsMax ? text.slice(0, LIMITS.cellCharsMax + 1) : text;
}
