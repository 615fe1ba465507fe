/**
 * Turns JSON tokens into records. A record is flat: its members are listed as written, equal keys and
 * `__proto__` included. Nested values are checked for their grammar and dropped.
 */
import { LIMITS } from '../../core/limits.js';

/** A number as written in the file; a JavaScript number would lose digits of long ones. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Stands for a list or an object inside a record. */
export const NESTED = Symbol('nested');

export type JsonScalar = string | boolean | null | JsonNumber;
export type JsonMember = readonly [key: string, value: JsonScalar | typeof NESTED];

/** A token of the grammar: a sign or a value. */
export type JsonToken = '{' | '}' | '[' | ']' | ':' | ',' | { value: JsonScalar };

/** A record beyond a limit. The message continues "The record of row 5". */
export class RecordLimitError extends Error {}

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/** Builds records from tokens. Throws an Error at a token that JSON does not allow there. */
export class RecordReader {
  readonly #isList: boolean;
  readonly #onRecord: (members: JsonMember[] | null) => void;
  /** The open lists (false) and objects (true), the innermost last. */
  readonly #open: boolean[] = [];
  readonly #recordDepth: number;
  #expected: Expected = 'value';
  /** The members of the record being read; null if the record is not an object. */
  #members: JsonMember[] | null = null;
  #key = '';

  /** `isList`: the records are the elements of one list; otherwise they follow one another. */
  constructor(isList: boolean, onRecord: (members: JsonMember[] | null) => void) {
    this.#isList = isList;
    this.#onRecord = onRecord;
    this.#recordDepth = isList ? 1 : 0;
  }

  /** True if the file may end here. */
  get isComplete(): boolean {
    return this.#open.length === 0 && (!this.#isList || this.#expected === 'nothing');
  }

  take(token: JsonToken): void {
    if (typeof token !== 'string') this.#takeScalar(token.value);
    else if (token === '{' || token === '[') this.#begin(token === '{');
    else if (token === '}' || token === ']') this.#end(token === '}');
    else if (token === ':') this.#pass('colon', 'value');
    else this.#pass('commaOrEnd', this.#isInObject ? 'key' : 'value');
  }

  get #isInObject(): boolean {
    return this.#open.at(-1) === true;
  }

  /** True directly in the record, false deeper. */
  get #isInRecord(): boolean {
    return this.#open.length === this.#recordDepth + 1;
  }

  #pass(expected: Expected, next: Expected): void {
    if (this.#expected !== expected) throw unexpected();
    this.#expected = next;
  }

  #takeScalar(value: JsonScalar): void {
    if (this.#expected === 'key' || this.#expected === 'keyOrEnd') {
      if (typeof value !== 'string') throw unexpected();
      if (this.#isInRecord) this.#key = value;
      this.#expected = 'colon';
      return;
    }
    this.#refuseUnlessValue();
    if (this.#open.length === this.#recordDepth) this.#onRecord(null);
    else this.#addMember(value);
    this.#goOn();
  }

  #begin(isObject: boolean): void {
    this.#refuseUnlessValue();
    if (this.#open.length >= LIMITS.jsonDepthMax) {
      throw new RecordLimitError(`is nested more than ${LIMITS.jsonDepthMax} levels deep`);
    }
    if (this.#open.length === this.#recordDepth) this.#members = isObject ? [] : null;
    else this.#addMember(NESTED);
    this.#open.push(isObject);
    this.#expected = isObject ? 'keyOrEnd' : 'valueOrEnd';
  }

  #end(isObject: boolean): void {
    const isEnd = this.#expected.endsWith('OrEnd');
    if (!isEnd || this.#open.pop() !== isObject) throw unexpected();
    if (this.#open.length === this.#recordDepth) this.#onRecord(this.#members);
    this.#goOn();
  }

  #refuseUnlessValue(): void {
    if (this.#expected !== 'value' && this.#expected !== 'valueOrEnd') throw unexpected();
  }

  #addMember(value: JsonMember[1]): void {
    if (!this.#isInRecord || this.#members === null) return;
    if (this.#members.length >= LIMITS.rowCellsMax) {
      throw new RecordLimitError(`has more than ${LIMITS.rowCellsMax} members`);
    }
    this.#members.push([this.#key, value]);
  }

  #goOn(): void {
    if (this.#open.length > 0) this.#expected = 'commaOrEnd';
    else this.#expected = this.#isList ? 'nothing' : 'value';
  }
}

function unexpected(): Error {
  return new Error('a token that JSON does not allow there');
}
