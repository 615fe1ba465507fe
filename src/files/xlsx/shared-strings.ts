/** A workbook's table of shared texts, read only as far as cells refer to it. */
import type { Readable } from 'node:stream';
import { LIMITS } from '../../core/limits.js';
import { damaged } from './archive.js';
import type { ReadBudget } from './budget.js';
import { Content } from './content.js';
import { TextStore } from './string-store.js';
import { readXml } from './xml.js';

const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/**
 * Excel writes characters that XML cannot hold as `_x000D_`. A text that was cut at the limit stays as it
 * is, above the limit, and is refused: unescaped it would pass, without its end.
 */
export function unescapeText(text: string): string {
  if (!text.includes('_x') || text.length > LIMITS.cellCharsMax) return text;
  return text.replaceAll(ESCAPE, (_whole, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

export interface TextsPlace {
  /** Where texts may lie that are too many for the memory. */
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

  /** Reads on until the text of this number is there, or to the end of the table. */
  async loadTo(index: number): Promise<void> {
    while (index >= this.#store.count && !this.#isRead) {
      this.#isRead = (await this.#reading.next()).done === true;
    }
  }

  /** Reads the rest too, which may be damaged. */
  async finish(): Promise<void> {
    await this.loadTo(Infinity);
  }

  /** As it is written, escapes included; null when there is none of that number. */
  get(index: number): string | null {
    return this.#store.get(index);
  }

  async close(): Promise<void> {
    this.#store.close();
    await this.#reading.return(null);
    // A reading that never began has let go of nothing.
    this.#part.destroy();
  }
}

/** The `si` elements; each must be where it is counted, or all behind it would be other texts. */
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

  /** Items go out as they end: nothing is gathered. */
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
