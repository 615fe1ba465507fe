/** A JSON array of objects, or objects one after another, as records; nothing is kept in memory. */
import { TokenParser, Tokenizer } from '@streamparser/json';
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

/** A number as it was written; a JavaScript number would lose digits of long ones. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface JsonRecord {
  /** Index + 2 (contract, section 3 "Job"). */
  row: number;
  value: unknown;
}

/** More than any record within the other limits can hold. */
const RECORD_CHARS_MAX = LIMITS.columnsMax * LIMITS.cellCharsMax;
const FIRST_ROW = 2;

class ExactTokenizer extends Tokenizer {
  // The library's documented way to keep long numbers; its type knows numbers only.
  protected override parseNumber(text: string): number {
    return new JsonNumber(text) as unknown as number;
  }
}

/** Records in the order of the file, piece by piece. Throws `CSV_MALFORMED` with the place. */
export async function* parseJson(
  text: AsyncIterable<string>,
  options: { isCut?: boolean } = {},
): AsyncGenerator<JsonRecord[]> {
  const parser = new RecordParser();
  for await (const piece of text) {
    const records = parser.write(piece);
    if (records.length > 0) yield records;
  }
  if (options.isCut === true) return;
  const records = parser.end();
  if (records.length > 0) yield records;
}

class RecordParser {
  #tokenizer: Tokenizer | null = null;
  #tokens: TokenParser | null = null;
  #found: JsonRecord[] = [];
  #nextRow = FIRST_ROW;
  #byteOffset = 0;
  #charsSinceRecord = 0;

  write(piece: string): JsonRecord[] {
    if (this.#tokenizer === null && piece.trim() === '') return [];
    const tokenizer = this.#tokenizer ?? this.#open(piece.trimStart().startsWith('['));
    this.#guard(() => {
      tokenizer.write(piece);
    });
    return this.#take(piece.length);
  }

  end(): JsonRecord[] {
    if (this.#tokenizer === null) throw malformed('The file is empty.');
    this.#guard(() => {
      // The tokenizer's end also flushes a last number; it ends the token parser in turn.
      if (this.#tokenizer?.isEnded === false) this.#tokenizer.end();
      if (this.#tokens?.isEnded === false) this.#tokens.end();
    });
    return this.#take(0);
  }

  #open(isArray: boolean): Tokenizer {
    const separator = isArray ? {} : { separator: '' };
    const tokenizer = new ExactTokenizer(separator);
    const tokens = new TokenParser({
      ...separator,
      paths: [isArray ? '$.*' : '$'],
      keepStack: false,
    });
    tokenizer.onToken = (token) => {
      this.#byteOffset = token.offset;
      tokens.write(token);
    };
    tokens.onValue = ({ value }) => {
      this.#found.push({ row: this.#nextRow, value });
      this.#nextRow += 1;
    };
    this.#tokenizer = tokenizer;
    this.#tokens = tokens;
    return tokenizer;
  }

  #take(charCount: number): JsonRecord[] {
    const found = this.#found;
    this.#found = [];
    this.#charsSinceRecord = found.length > 0 ? 0 : this.#charsSinceRecord + charCount;
    if (this.#charsSinceRecord > RECORD_CHARS_MAX) {
      throw malformed(
        `The record of row ${this.#nextRow} is longer than ${RECORD_CHARS_MAX} characters.`,
      );
    }
    return found;
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (thrown) {
      const row = String(this.#nextRow);
      throw malformed(
        `The JSON is malformed or incomplete at row ${row}, after byte ${this.#byteOffset}.`,
        thrown,
      );
    }
  }
}

function malformed(message: string, cause?: unknown): InputError {
  return new InputError({
    code: 'CSV_MALFORMED',
    message,
    hint: 'The file must be one JSON array of objects, or one object per line.',
    cause,
  });
}
