// Proof that the rules about comments and messages speak when they are broken, and are silent otherwise.
import { describe, expect, it } from 'vitest';
import { proseOf, type Prose } from '../support/prose.js';

const prose = (text: string): Prose => proseOf([{ path: 'src/it.ts', text }]);

describe('comments', () => {
  it('are counted by words and markers, each comment once', () => {
    const text = '/** Nobody tells it. */\nexport const it = 1; // who knows\n';
    expect(prose(text)).toMatchObject({ words: 5, markers: 3, docs: 1, questions: 0 });
  });

  it('have markers only as whole words', () => {
    expect(prose('// The foretold whole: whoever.\n').markers).toBe(1);
  });

  it('are found to begin with a question word, over several lines too', () => {
    expect(prose('/**\n * What a row is.\n */\nexport type Row = string;\n').questions).toBe(1);
    expect(prose('/** A row: what it holds. */\nexport type Row = string;\n').questions).toBe(0);
    expect(prose('// What a row is.\nexport type Row = string;\n').questions).toBe(0);
  });
});

describe('messages', () => {
  it.each(["throw new Error('somebody moved it');", 'f(`${x} is no more there`);'])(
    'are refused in %s',
    (text) => {
      expect(prose(text).markedMessages).toHaveLength(1);
    },
  );

  it('are not refused without a marker, and codes are no messages', () => {
    expect(prose("throw new Error('the file was moved'); f('who');").markedMessages).toEqual([]);
  });
});
