import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { Content, cut } from '../../../src/files/xlsx/content.js';

/** Elements as `<name` and `/`, everything else is text; what ends the root is left out. */
function contentOf(root: 'c' | 'si', events: readonly string[]): Content {
  const content = new Content(root);
  for (const event of events) {
    if (event.startsWith('<')) content.open(event.slice(1));
    else if (event === '/') content.close();
    else content.addText(event);
  }
  return content;
}

describe('Content', () => {
  it.each([
    ['c', ['<v', '1', '/'], '1'],
    ['c', ['<f', 'A1', '/', '<v', '1', '2', '/', ' \n'], '12'],
    [
      'c',
      ['<is', '<r', '<rPr', '<b', '/', '/', '<t', 'a', '/', '/', '<r', '<t', 'b', '/', '/', '/'],
      'ab',
    ],
    ['si', ['<t', '東京', '/', '<rPh', '<t', 'トウ', '/', '/', '<phoneticPr', '/'], '東京'],
    ['c', ['<v', '1', '/', '<extLst', '<v', 'x', '/', '/'], '1'],
  ] as const)('of %s %j is %s', (root, events, text) => {
    const content = contentOf(root, events);
    expect([content.text, content.isTorn]).toEqual([text, false]);
  });

  it.each([
    ['c', ['1']],
    ['c', ['<v', '1', '/', '<v', '/']],
    ['c', ['<v', '1', '/', '<is', '/']],
    ['c', ['<is', '/', '<v', '1', '/']],
    ['c', ['<v', '<x', '1', '/', '/']],
    ['c', ['<value', '1', '/']],
    ['c', ['<constructor', '/']],
    ['c', ['<is', 'x', '/']],
    ['si', ['<r', 'x', '/']],
    ['si', ['<v', 'x', '/']],
  ] as const)('of %s %j is torn', (root, events) => {
    expect(contentOf(root, events).isTorn).toBe(true);
  });

  it('says when its root ends, and what it has', () => {
    const content = contentOf('c', ['<f', '/']);
    expect([content.has('f'), content.has('v')]).toEqual([true, false]);
    expect(content.close()).toBe(true);
  });

  it('does not copy a text that is too long already', () => {
    const content = contentOf('si', ['<r', '<t', 'x'.repeat(LIMITS.cellCharsMax + 9)]);
    const { text } = content;
    content.addText('y');
    expect(content.text).toBe(text);
    expect(text).toHaveLength(LIMITS.cellCharsMax + 1);
  });
});

describe('cut', () => {
  it('keeps one character over the limit, to tell that it was there', () => {
    expect(cut('x'.repeat(LIMITS.cellCharsMax + 9))).toHaveLength(LIMITS.cellCharsMax + 1);
    expect(cut('x')).toBe('x');
  });
});
