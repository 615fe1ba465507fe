// The presets, of Outlook and all others: data that must fit the columns.
import { describe, expect, it } from 'vitest';
import { PARTS } from '../../../src/resources/headers/header-use.js';
import { OUTLOOK } from '../../../src/resources/presets/outlook.js';
import { PRESETS } from '../../../src/resources/presets/presets.js';
import { resourceNamed } from '../../../src/resources/registry.js';

it('Outlook is among the presets, in two languages', () => {
  expect(PRESETS).toEqual(expect.arrayContaining([...OUTLOOK]));
  expect(OUTLOOK).toHaveLength(2);
});

describe.each(PRESETS)('the preset of $system', ({ resources, headers, source }) => {
  it('names columns and parts that exist, and its source', () => {
    expect(source).not.toBe('');
    for (const name of resources) {
      const columns: string[] = resourceNamed(name).columns.map((column) => column.name);
      for (const use of Object.values(headers)) {
        if (use === null) continue;
        const [column = '', part = 'whole'] = use.split(':');
        expect(columns).toContain(column);
        expect(PARTS).toContain(part);
      }
    }
  });
});
