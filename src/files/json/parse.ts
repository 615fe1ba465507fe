/** Reads a JSON array of objects, or objects one after another, as a stream of records. */
import { Tokenizer, TokenType } from '@streamparser/json';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { quote } from '../../core/text.js';
import {
  JsonNumber,
  RecordLimitError,
  RecordReader,
  type JsonMember,
  type JsonScalar,
  type JsonToken,
} from './records.js';

export interface JsonRecord {
  /** Index + 2 (contract, section 3 "Job"). */
  row: number;
  /** In the order of the file; null for a record that is not an object. */
  members: JsonMember[] | null;
}

/** More characters than any record within the other limits can hold. */
const RECORD_CHARS_MAX = LIMITS.columnsMax * LIMITS.cellCharsMax;
const FIRST_ROW = 2;
const TOKEN_BUFFER_BYTES = 4096;

const SIGNS: ReadonlyMap<TokenType, JsonToken> = new Map([
  [TokenType.LEFT_BRACE, '{'],
  [TokenType.RIGHT_BRACE, '}'],
  [TokenType.LEFT_BRACKET, '['],
  [TokenType.RIGHT_BRACKET, ']'],
  [TokenType.COLON, ':'],
  [TokenType.COMMA, ','],
]);

class ExactTokenizer extends Tokenizer {
  // The library documents this way to keep long numbers; its type allows numbers only.
  protected override parseNumber(text: string): number {
    return new JsonNumber(text) as unknown as number;
  }
}

/** Yields the records in the order of the file. Throws `CSV_MALFORMED` with the row and the byte. */
export async function* parseJson(
  text: AsyncIterable<string>,
  options: { isCut?: boolean; path?: readonly string[] | undefined } = {},
): AsyncGenerator<JsonRecord[]> {
  const parser = new RecordParser(options.path);
  for await (const piece of text) {
    const records = parser.write(piece);
    if (records.length > 0) yield records;
  }
  if (options.isCut === true) return;
  const records = parser.end();
  if (records.length > 0) yield records;
  const lists = [...new Set(parser.otherLists)].map((keys) => JSON.parse(keys) as string[]);
  if (lists.length > 0) throw severalLists([[...(options.path ?? [])], ...lists]);
}

/** The paths to the lists of objects inside the object that a text begins with; it may be cut off. */
export function listPathsOf(text: string): string[][] {
  const parser = new RecordParser([NO_KEY]);
  try {
    parser.write(text);
  } catch {
    // One object a line, or a fault that reading will name.
    return [];
  }
  return parser.otherLists.map((keys) => JSON.parse(keys) as string[]);
}

/** The error for an object with several lists, of which one must be chosen. */
export function severalLists(paths: readonly (readonly string[])[]): InputError {
  const named = paths.map((path) => quote(path.join('.'), KEY_CHARS_MAX)).join(', ');
  return new InputError({
    code: 'INPUT_AMBIGUOUS',
    message: `The JSON holds several lists of records: ${named}.`,
    hint: 'Keep the list to import, and remove the others.',
  });
}

/** No key of a file: the path leads nowhere, so that every list is another one. */
const NO_KEY = '\0';
const KEY_CHARS_MAX = 60;

class RecordParser {
  /** An empty separator lets one value follow another; the reader decides if it may. */
  readonly #tokenizer = new ExactTokenizer({
    separator: '',
    // Without buffers the library stores each character of a number or an escape in a list.
    stringBufferSize: TOKEN_BUFFER_BYTES,
    numberBufferSize: TOKEN_BUFFER_BYTES,
  });
  #reader: RecordReader | null = null;
  #found: JsonRecord[] = [];
  #nextRow = FIRST_ROW;
  #byteOffset = 0;
  #charsSinceRecord = 0;
  readonly #path: readonly string[];

  /** `path`: the keys that lead to the list of records. */
  constructor(path: readonly string[] = []) {
    this.#path = path;
  }

  /** Lists of objects outside the path, each as its keys in JSON. */
  get otherLists(): readonly string[] {
    return this.#reader?.otherLists ?? [];
  }

  write(piece: string): JsonRecord[] {
    if (this.#reader === null && piece.trim() === '') return [];
    this.#reader ??= this.#open(piece.trimStart().startsWith('['));
    this.#guard(() => {
      this.#tokenizer.write(piece);
    });
    return this.#take(piece.length);
  }

  end(): JsonRecord[] {
    const reader = this.#reader;
    if (reader === null) throw malformed('The file is empty.');
    this.#guard(() => {
      // The tokenizer may hold back a last number.
      this.#tokenizer.end();
      if (!reader.isComplete) throw new Error('the file ends too early');
    });
    return this.#take(0);
  }

  #open(isList: boolean): RecordReader {
    const reader = new RecordReader(
      isList,
      (members) => {
        this.#found.push({ row: this.#nextRow, members });
        this.#nextRow += 1;
      },
      this.#path,
    );
    this.#tokenizer.onToken = ({ token, value, offset }) => {
      this.#byteOffset = offset;
      // A token that is not a sign is a value of one of these types.
      reader.take(SIGNS.get(token) ?? { value: value as JsonScalar });
    };
    return reader;
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
      if (thrown instanceof RecordLimitError) {
        throw malformed(`The record of row ${row} ${thrown.message}.`, thrown);
      }
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
