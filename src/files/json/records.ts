/**
 * JSON tokens to records. A record is flat, so its members are listed as they stand, equal keys and
 * `__proto__` among them; what lies deeper is checked for its grammar and not kept.
 */
import { LIMITS } from '../../core/limits.js';

/** A number as it was written; a JavaScript number would lose digits of long ones. */
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

/** A token as the grammar sees it: a sign of its own, or a value. */
export type JsonToken = '{' | '}' | '[' | ']' | ':' | ',' | { value: JsonScalar };

/** A record beyond a limit; the message goes on behind "The record of row 5". */
export class RecordLimitError extends Error {}

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/** Throws an Error at a token that JSON does not allow there. */
export class RecordReader {
  readonly #isList: boolean;
  readonly #onRecord: (members: JsonMember[] | null) => void;
  /** The lists (false) and objects (true) that are open, the innermost last. */
  readonly #open: boolean[] = [];
  readonly #recordDepth: number;
  #expected: Expected = 'value';
  /** Of the record that is being read; null when it is no object. */
  #members: JsonMember[] | null = null;
  #key = '';

  /** `isList`: the records are those of one list, instead of one after another. */
  constructor(isList: boolean, onRecord: (members: JsonMember[] | null) => void) {
    this.#isList = isList;
    this.#onRecord = onRecord;
    this.#recordDepth = isList ? 1 : 0;
  }

  /** True where the file may end. */
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

  /** Directly in the record, not deeper. */
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
