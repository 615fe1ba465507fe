/**
 * Splits a byte stream into lines, in bounded memory. A line that is too large is not stored: an outline without
 * the arguments of the call remains, so that the request can be answered by its id.
 */
import { JsonTrim } from '../../core/json-trim.js';
import { LIMITS } from '../../core/limits.js';

/** The reason for not reading a line as a whole. */
export type Excess = 'bytes' | 'many' | 'deep';

export type Line =
  | { readonly kind: 'text'; readonly text: string }
  /** `outline` is the message with null for its arguments and for too deep values; null if it is too large. */
  | { readonly kind: 'excess'; readonly excess: Excess; readonly outline: string | null }
  /** The bytes are not UTF-8. */
  | { readonly kind: 'noText'; readonly outline: string | null };

const NEWLINE = 0x0a;
const BYTES_MIN = 4096;
/** The depth of `arguments`, which is in `params` of the message. */
const ARGUMENTS_DEPTH = 3;
const ARGUMENTS_KEY = /"arguments"\s*:\s*$/;

/** Splits arriving bytes into lines; blank ones are skipped. */
export class MessageLines {
  #line = new OpenLine();

  *take(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#line.add(chunk.subarray(start, end));
      const line = this.#line.end();
      this.#line = new OpenLine();
      start = end + 1;
      if (line !== null) yield line;
    }
    if (start < chunk.length) this.#line.add(chunk.subarray(start));
  }
}

/** A buffer that grows by doubling, because a line may arrive byte by byte. */
class Bytes {
  #held = Buffer.allocUnsafeSlow(0);
  #length = 0;

  add(chunk: Buffer): void {
    const wanted = this.#length + chunk.length;
    if (wanted > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.#held.length, BYTES_MIN));
      this.#held.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#length);
    this.#length = wanted;
  }

  all(): Buffer {
    return this.#held.subarray(0, this.#length);
  }
}

class OpenLine {
  #sizeBytes = 0;
  #outlineBytes = 0;
  /** null if the line is too large to be stored. */
  #bytes: Bytes | null = new Bytes();
  #outline: Bytes | null = new Bytes();
  readonly #trim = new JsonTrim({
    valuesMax: LIMITS.messageValuesMax,
    membersMax: LIMITS.messageMembersMax,
    countsLeftOut: true,
    isLeftOut: (depth, before) =>
      depth > LIMITS.messageDepthMax || (depth === ARGUMENTS_DEPTH && ARGUMENTS_KEY.test(before())),
  });

  add(chunk: Buffer): void {
    this.#sizeBytes += chunk.length;
    const kept = this.#trim.take(chunk);
    this.#outlineBytes += kept.length;
    if (this.#outlineBytes > LIMITS.messageOutlineBytesMax) this.#outline = null;
    if (this.#excess !== null) this.#bytes = null;
    this.#outline?.add(kept);
    this.#bytes?.add(chunk);
  }

  /** Ends the line; null if it is blank. */
  end(): Line | null {
    const outline = this.#outline?.all().toString('utf8') ?? null;
    const excess = this.#excess ?? this.#excessOf(outline);
    if (excess !== null || this.#bytes === null) {
      return { kind: 'excess', excess: excess ?? 'bytes', outline };
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.all()).trim();
      return text === '' ? null : { kind: 'text', text };
    } catch {
      return { kind: 'noText', outline };
    }
  }

  get #excess(): Excess | null {
    if (this.#sizeBytes > LIMITS.messageBytesMax) return 'bytes';
    if (this.#trim.isOver) return 'many';
    return this.#trim.deepest > LIMITS.messageDepthMax ? 'deep' : null;
  }

  /** Only calls carry many values. */
  #excessOf(outline: string | null): Excess | null {
    if (this.#trim.values <= LIMITS.otherMessageValuesMax) return null;
    return outlineOf(outline)?.['method'] === 'tools/call' ? null : 'many';
  }
}

/** The outline as an object; null if it is not one. */
export function outlineOf(text: string | null): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(text ?? 'null');
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...parsed } : null;
  } catch {
    return null;
  }
}
