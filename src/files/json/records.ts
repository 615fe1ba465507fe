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

/** Objects around the list of records; more are no export. */
const WRAPPERS_MAX = 3;
const LISTS_NAMED_MAX = 5;

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

/** Builds records from tokens. Throws an Error at a token that JSON does not allow there. */
export class RecordReader {
  readonly #isList: boolean;
  readonly #onRecord: (members: JsonMember[] | null) => void;
  /** The open lists (false) and objects (true), the innermost last. */
  readonly #open: boolean[] = [];
  readonly #recordDepth: number;
  readonly #path: readonly string[];
  /** The keys of the open objects outside any list, the outermost first. */
  #keys: string[] = [];
  /** True between the brackets of the list at the path. */
  #isInRecords: boolean;
  readonly #otherLists = new Set<string>();
  #expected: Expected = 'value';
  /** The members of the record being read; null if the record is not an object. */
  #members: JsonMember[] | null = null;
  #key = '';

  /**
   * `isList`: the records are the elements of one list; otherwise they follow one another. `path`: the keys
   * that lead to that list if it stands inside an object.
   */
  constructor(
    isList: boolean,
    onRecord: (members: JsonMember[] | null) => void,
    path: readonly string[] = [],
  ) {
    this.#path = path;
    this.#isList = isList || path.length > 0;
    this.#onRecord = onRecord;
    this.#recordDepth = path.length + (this.#isList ? 1 : 0);
    this.#isInRecords = path.length === 0;
  }

  /** Lists of objects outside the path, each as its keys in JSON. */
  get otherLists(): readonly string[] {
    return [...this.#otherLists];
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
    return this.#isInRecords && this.#open.length === this.#recordDepth + 1;
  }

  get #isAtRecord(): boolean {
    return this.#isInRecords && this.#open.length === this.#recordDepth;
  }

  /** True where the list at the path may begin. */
  get #isAtPath(): boolean {
    const depth = this.#path.length;
    const isOutside = depth > 0 && this.#open.length === depth && !this.#open.includes(false);
    return isOutside && this.#path.every((key, at) => this.#keys[at] === key);
  }

  /** Notes an object that begins directly in a list outside the path. */
  #noteList(): void {
    const depth = this.#open.length - 1;
    const isElement = depth > 0 && depth <= WRAPPERS_MAX && this.#open.indexOf(false) === depth;
    if (!isElement || this.#path.length === 0 || this.#isInRecords) return;
    if (this.#otherLists.size < LISTS_NAMED_MAX)
      this.#otherLists.add(JSON.stringify(this.#keys.slice(0, depth)));
  }

  #pass(expected: Expected, next: Expected): void {
    if (this.#expected !== expected) throw unexpected();
    this.#expected = next;
  }

  #takeScalar(value: JsonScalar): void {
    if (this.#expected === 'key' || this.#expected === 'keyOrEnd') {
      if (typeof value !== 'string') throw unexpected();
      if (this.#isInRecord) this.#key = value;
      if (!this.#open.includes(false)) this.#keys[this.#open.length - 1] = value;
      this.#expected = 'colon';
      return;
    }
    this.#refuseUnlessValue();
    if (this.#isAtRecord) this.#onRecord(null);
    else this.#addMember(value);
    this.#goOn();
  }

  #begin(isObject: boolean): void {
    this.#refuseUnlessValue();
    if (this.#open.length >= LIMITS.jsonDepthMax) {
      throw new RecordLimitError(`is nested more than ${LIMITS.jsonDepthMax} levels deep`);
    }
    if (this.#isAtRecord) this.#members = isObject ? [] : null;
    else this.#addMember(NESTED);
    if (isObject) this.#noteList();
    else if (this.#isAtPath) this.#isInRecords = true;
    this.#open.push(isObject);
    this.#expected = isObject ? 'keyOrEnd' : 'valueOrEnd';
  }

  #end(isObject: boolean): void {
    const isEnd = this.#expected.endsWith('OrEnd');
    if (!isEnd || this.#open.pop() !== isObject) throw unexpected();
    if (this.#isAtRecord) this.#onRecord(this.#members);
    if (this.#open.length < this.#recordDepth) this.#isInRecords = this.#path.length === 0;
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
