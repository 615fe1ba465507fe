/** Reads a workbook's table of shared texts, only as far as cells refer to it. */
import type { Readable } from 'node:stream';
import { LIMITS } from '../../core/limits.js';
import { damaged } from './archive.js';
import type { ReadBudget } from './budget.js';
import { Content } from './content.js';
import { TextStore } from './string-store.js';
import { readXml } from './xml.js';

const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/**
 * Decodes `_x000D_`, Excel's notation for characters that XML cannot hold. A text that was cut at the
 * limit stays unchanged and above the limit, so it is refused: unescaped it could pass without its end.
 */
export function unescapeText(text: string): string {
  if (!text.includes('_x') || text.length > LIMITS.cellCharsMax) return text;
  return text.replaceAll(ESCAPE, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

export interface TextsPlace {
  /** The folder for texts that do not fit into memory. */
  folder: string;
  budget?: ReadBudget | undefined;
}

export class SharedTexts {
  readonly #part: Readable;
  readonly #reading: AsyncGenerator<null>;
  readonly #store: TextStore;
  #isRead = false;

  constructor(part: Readable, { folder, budget }: TextsPlace) {
    this.#part = part;
    const store = new TextStore(folder);
    this.#store = store;
    const parser = new ItemParser((text) => {
      store.add(text);
    });
    this.#reading = readXml(part, parser, budget);
  }

  /** Reads until the text with this number is loaded, or to the end of the table. */
  async loadTo(index: number): Promise<void> {
    while (index >= this.#store.count && !this.#isRead) {
      this.#isRead = (await this.#reading.next()).done === true;
    }
  }

  /** Reads the rest of the table, to find damage in it. */
  async finish(): Promise<void> {
    await this.loadTo(Infinity);
  }

  /** The text with this number as written, escapes included; null if there is none. */
  get(index: number): string | null {
    return this.#store.get(index);
  }

  async close(): Promise<void> {
    this.#store.close();
    await this.#reading.return(null);
    // A generator that never started has not run its cleanup.
    this.#part.destroy();
  }
}

/** Reads the `si` elements. A misplaced one is damage, since it would shift the numbers of all later ones. */
class ItemParser {
  readonly #onItem: (text: string) => void;
  #item: Content | null = null;
  #depth = 0;

  constructor(onItem: (text: string) => void) {
    this.#onItem = onItem;
  }

  open(name: string): void {
    this.#depth += 1;
    if (this.#item !== null) this.#item.open(name);
    else if (name === 'si') {
      if (this.#depth !== 2) throw damaged();
      this.#item = new Content('si');
    }
  }

  /** Returns null, since `onItem` gets each item when it ends. */
  take(): null {
    return null;
  }

  text(text: string): void {
    this.#item?.addText(text);
  }

  close(): void {
    this.#depth -= 1;
    if (this.#item?.close() !== true) return;
    if (this.#item.isTorn) throw damaged();
    this.#onItem(this.#item.text);
    this.#item = null;
  }
}
