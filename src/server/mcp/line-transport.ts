/**
 * The MCP transport on stdin and stdout. It answers each line: a line that is not a message gets a JSON-RPC error,
 * a call with too many arguments gets a tool's error, and the next line is read. Memory is always bounded.
 */
import type { Readable, Writable } from 'node:stream';
import {
  parseJSONRPCMessage,
  ProtocolErrorCode,
  serializeMessage,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { LIMITS } from '../../core/limits.js';
import { refusedArguments, withoutForbiddenKey } from './arguments.js';
import { MessageLines, outlineOf, type Excess, type Line } from './message-lines.js';

type Outline = Readonly<Record<string, unknown>>;

interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly code: string; readonly hint: string };
}

const FILE_HINT = 'Save the rows as a file and pass filePath.';
const FORM_HINT = 'Send one JSON-RPC message per line, in UTF-8.';

const NO_JSON: Refusal = {
  code: ProtocolErrorCode.ParseError,
  message: 'The line is not JSON in UTF-8.',
  data: { code: 'INPUT_INVALID', hint: FORM_HINT },
};
const NO_MESSAGE: Refusal = {
  code: ProtocolErrorCode.InvalidRequest,
  message: 'The line is not a JSON-RPC message of MCP.',
  data: { code: 'INPUT_INVALID', hint: FORM_HINT },
};
const EXCESSES: Readonly<Record<Excess, Refusal>> = {
  bytes: {
    code: ProtocolErrorCode.InvalidRequest,
    message: `A message may have at most ${String(LIMITS.messageBytesMax)} bytes.`,
    data: { code: 'INPUT_TOO_LARGE', hint: FILE_HINT },
  },
  many: {
    code: ProtocolErrorCode.InvalidRequest,
    message: 'The message holds too many values.',
    data: { code: 'INPUT_TOO_LARGE', hint: FILE_HINT },
  },
  deep: {
    code: ProtocolErrorCode.InvalidRequest,
    message: 'The message is nested too deeply.',
    data: { code: 'INPUT_INVALID', hint: 'Follow the input schema of the tool.' },
  },
};

function isShort(value: unknown): boolean {
  return typeof value !== 'string' || value.length <= LIMITS.messageIdCharsMax;
}

/** The id to answer; null if the message has no valid JSON-RPC id. */
function idOf(outline: Outline | null): string | number | null {
  const id = outline?.['id'];
  if (typeof id === 'string' && isShort(id)) return id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
}

function isObject(value: unknown): value is Outline {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The values that answers repeat, which may have any length. */
function echoes(message: Outline): unknown[] {
  const { id, params } = message;
  const meta = isObject(params) ? params['_meta'] : null;
  return [id, isObject(meta) ? meta['progressToken'] : null];
}

/** Reads a line as a message, or returns the refusal. */
function read(
  text: string,
): { message: JSONRPCMessage } | { refusal: Refusal; of: Outline | null } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { refusal: NO_JSON, of: null };
  }
  const of = isObject(parsed) ? parsed : null;
  try {
    if (of !== null && echoes(of).every(isShort)) {
      return { message: parseJSONRPCMessage(withoutForbiddenKey(of)) };
    }
  } catch {
    // Refused below, with the id if there is one.
  }
  return { refusal: NO_MESSAGE, of };
}

/** The call with a mark in place of its arguments, so that the tool refuses it; null if it is not a tool call. */
function markedCall(excess: Excess, outline: Outline | null): JSONRPCMessage | null {
  const params = outline?.['params'];
  const isCall = outline?.['method'] === 'tools/call' && isObject(params) && idOf(outline) !== null;
  if (!isCall || excess === 'bytes') return null;
  const marked = { ...outline, params: { ...params, arguments: refusedArguments(excess) } };
  try {
    return parseJSONRPCMessage(marked);
  } catch {
    return null;
  }
}

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #lines = new MessageLines();
  #isClosed = false;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  start(): Promise<void> {
    this.#input.on('data', this.#onData);
    this.#input.on('error', this.#onError);
    this.#input.on('end', this.#onEnd);
    this.#input.on('close', this.#onEnd);
    // Stays after closing: an answer may still be on its way to a client that has gone.
    this.#output.on('error', this.#onBroken);
    this.#output.on('drain', this.#onDrain);
    return Promise.resolve();
  }

  /** Resolves once the message is written. While a client does not read, nothing is read from it either. */
  send(message: JSONRPCMessage): Promise<void> {
    return this.#write(serializeMessage(message));
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#input.off('data', this.#onData);
    this.#input.off('error', this.#onError);
    this.#input.off('end', this.#onEnd);
    this.#input.off('close', this.#onEnd);
    this.#output.off('drain', this.#onDrain);
    this.#input.pause();
    this.onclose?.();
    return Promise.resolve();
  }

  readonly #onData = (chunk: Buffer): void => {
    for (const line of this.#lines.take(chunk)) this.#take(line);
  };

  readonly #onError = (error: Error): void => {
    this.onerror?.(error);
  };

  readonly #onBroken = (error: Error): void => {
    if (this.#isClosed) return;
    this.onerror?.(error);
    void this.close();
  };

  readonly #onEnd = (): void => {
    void this.close();
  };

  readonly #onDrain = (): void => {
    if (!this.#isClosed) this.#input.resume();
  };

  #take(line: Line): void {
    if (line.kind === 'text') {
      const found = read(line.text);
      if ('message' in found) this.onmessage?.(found.message);
      else this.#refuse(found.refusal, found.of);
      return;
    }
    const outline = outlineOf(line.outline);
    const marked = line.kind === 'excess' ? markedCall(line.excess, outline) : null;
    if (marked !== null) this.onmessage?.(marked);
    else this.#refuse(line.kind === 'excess' ? EXCESSES[line.excess] : NO_JSON, outline);
  }

  #refuse(error: Refusal, outline: Outline | null): void {
    this.onerror?.(new Error(error.message));
    // JSON-RPC answers with a null id if the request's own is unknown; MCP's types have no such answer.
    const answer = { jsonrpc: '2.0', id: idOf(outline), error };
    void this.#write(`${JSON.stringify(answer)}\n`).catch(this.#onError);
  }

  #write(text: string): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the connection is closed'));
    return new Promise((resolve, reject) => {
      const isRoom = this.#output.write(text, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
      if (!isRoom) this.#input.pause();
    });
  }
}
