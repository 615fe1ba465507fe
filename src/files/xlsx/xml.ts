/** Reads a part's XML as events: strict, without custom entities, in constant memory. */
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { LIMITS } from '../../core/limits.js';
import { damaged } from './archive.js';
import type { ReadBudget } from './budget.js';

export type Attributes = Readonly<Record<string, string>>;

/** Receives the events; names come without their prefix. */
export interface XmlHandlers {
  open(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

interface XmlOptions {
  position: false;
  xmlns: false;
}

/** More characters than a cell, a tag or a comment ever has; ends the search for their end. */
const EVENT_CHARS_MAX = 16 * LIMITS.cellCharsMax;

/** After every chunk of the part it yields the result of `handlers.take`. */
export async function* readXml<T>(
  part: Readable,
  handlers: XmlHandlers & { take(): T },
  budget?: ReadBudget,
): AsyncGenerator<T> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let charsSinceTag = 0;
  let elementCount = 0;
  const parser = createParser(handlers, (isElement) => {
    charsSinceTag = 0;
    if (isElement) elementCount += 1;
  });
  try {
    for await (const chunk of part) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      charsSinceTag += text.length;
      elementCount = 0;
      parser.write(text);
      budget?.spend(text.length, elementCount);
      if (charsSinceTag > EVENT_CHARS_MAX + text.length) throw damaged();
      yield handlers.take();
    }
    parser.write(decoder.decode());
    parser.close();
    yield handlers.take();
  } finally {
    part.destroy();
  }
}

/** Reads a small part to its end. */
export async function readWholeXml(
  part: Readable,
  handlers: XmlHandlers,
  budget?: ReadBudget,
): Promise<void> {
  const reading = readXml(part, { ...handlers, take: () => null }, budget);
  while ((await reading.next()).done !== true);
}

function createParser(
  handlers: XmlHandlers,
  onTag: (isElement: boolean) => void,
): SaxesParser<XmlOptions> {
  const parser = new SaxesParser<XmlOptions>({ position: false, xmlns: false });
  let depth = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    onTag(true);
    depth += 1;
    if (depth > LIMITS.xmlDepthMax || tag.name.length > LIMITS.xmlNameCharsMax) throw damaged();
    handlers.open(localName(tag.name), tag.attributes);
    // The parser keeps every open element but needs only its name.
    tag.attributes = {};
  });
  parser.on('closetag', ({ name }) => {
    onTag(false);
    depth -= 1;
    handlers.close?.(localName(name));
  });
  const addText = (text: string): void => {
    handlers.text?.(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  return parser;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
