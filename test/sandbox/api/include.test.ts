// What `include` may ask for.
import { describe, expect, it } from 'vitest';
import { parseIncludes } from '../../../src/sandbox/api/include.js';
import { Refusal } from '../../../src/sandbox/world/refusal.js';

describe('parseIncludes', () => {
  it('reads relations of several records, sideloaded unless said', () => {
    const includes = parseIncludes(
      'contact.contactPersons:embed, contact.country,invoice.lines:sideload',
    );
    expect(includes.get('contact')).toEqual([
      { property: 'contactPersons', mode: 'embed' },
      { property: 'country', mode: 'sideload' },
    ]);
    expect(includes.get('invoice')).toEqual([{ property: 'lines', mode: 'sideload' }]);
  });

  it('takes nothing for nothing', () => {
    expect(parseIncludes(null).size).toBe(0);
    expect(parseIncludes('').size).toBe(0);
  });

  it('refuses what is no relation', () => {
    const wrong = [
      'contacts.contactPersons',
      'contact.persons',
      'contact.contactPersons:inline',
      'contact',
      'contact.constructor',
      'contact.name',
    ];
    for (const parameter of wrong) expect(() => parseIncludes(parameter)).toThrow(Refusal);
  });
});
