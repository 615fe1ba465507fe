import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { ReadBudget } from '../../../src/files/xlsx/budget.js';
import { readWholeXml, readXml } from '../../../src/files/xlsx/xml.js';

const partOf = (...chunks: (string | Buffer)[]): Readable =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

async function eventsOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const events: string[] = [];
  await readWholeXml(partOf(...chunks), {
    open: (name, attributes) => events.push(`<${name}${JSON.stringify(attributes)}`),
    close: (name) => events.push(`/${name}`),
    text: (text) => events.push(text),
  });
  return events;
}

describe('readWholeXml', () => {
  it('gives names without prefix, and text with its entities read', async () => {
    const [first, second] = [Buffer.from('<x:a b="1">S\u00f8').subarray(0, 13), Buffer.of(0xb8)];
    expect(await eventsOf(first, second, Buffer.from(' &amp;<c/></x:a>'))).toEqual([
      '<a{"b":"1"}',
      'Sø &',
      '<c{}',
      '/c',
      '/a',
    ]);
    expect(await eventsOf('<a><![CDATA[<&]]></a>')).toContain('<&');
  });

  it.each([
    ['<a>'],
    ['<a></b>'],
    ['<a>&own;</a>'],
    ['<!DOCTYPE a [<!ENTITY own "x">]><a>&own;</a>'],
    ['no xml'],
    [Buffer.of(0x3c, 0x61, 0x3e, 0xff)],
  ])('refuses %j', async (chunk) => {
    await expect(eventsOf(chunk)).rejects.toThrow();
  });

  it.each([
    ['<a>'.repeat(LIMITS.xmlDepthMax + 1), 'damaged'],
    [`<${'a'.repeat(LIMITS.xmlNameCharsMax + 1)}/>`, 'damaged'],
  ])('refuses %.20s, of which each open one takes memory', async (xml, message) => {
    await expect(eventsOf(xml)).rejects.toThrow(message);
  });

  it('ends when the budget is spent', async () => {
    const chunks = Array.from({ length: 20 }, () => '<b/>'.repeat(100_000));
    const reading = readWholeXml(
      partOf('<a>', ...chunks, '</a>'),
      { open: () => undefined },
      new ReadBudget(),
    );
    await expect(reading).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });

  it('ends a text, a tag and a comment that do not end', async () => {
    const block = 'x'.repeat(65_536);
    for (const start of ['<a>', '<a b="', '<!--']) {
      const chunks = [start, ...Array.from({ length: 64 }, () => block)];
      let chunksRead = 0;
      const part = Readable.from(
        (function* read() {
          for (const chunk of chunks) {
            chunksRead += 1;
            yield Buffer.from(chunk);
          }
        })(),
      );
      await expect(readWholeXml(part, { open: () => undefined })).rejects.toThrow('damaged');
      expect(chunksRead).toBeLessThan(40);
    }
  });
});

describe('readXml', () => {
  it('hands out what was gathered after every chunk, and lets go of the part', async () => {
    const names: string[] = [];
    const part = partOf('<a>', '<b/><c/>', '</a>');
    const handlers = { open: (name: string) => names.push(name), take: () => names.splice(0) };
    for await (const taken of readXml(part, handlers)) {
      if (taken.includes('c')) break;
      expect(taken).toEqual(['a']);
    }
    expect(part.destroyed).toBe(true);
  });
});
