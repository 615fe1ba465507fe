/** A fault of our own reaches the reader as a number, and the log as a stack. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.js';
import { shownError } from '../../src/core/incident.js';
import { createLog } from '../../src/core/log.js';

function world() {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => lines.push(line) } });
  return { parts: { clock: { randomHex: () => 'beef' }, log }, lines };
}

describe('what was thrown', () => {
  it('is shown as it is when it is an error of the taxonomy', () => {
    const { parts, lines } = world();
    const error = new InputError({ code: 'INPUT_INVALID', message: 'No.' });
    expect(shownError(error, parts)).toBe(error);
    expect(lines).toEqual([]);
  });

  it.each([[new TypeError('secret detail')], ['secret detail']])(
    'is a bug otherwise, and only the log tells which (%s)',
    (thrown) => {
      const { parts, lines } = world();
      const shown = shownError(thrown, parts, { jobId: 'j1' });
      expect(shown.code).toBe('INTERNAL');
      expect(shown.message).toContain('beef');
      expect(JSON.stringify([shown.message, shown.hint])).not.toContain('secret');
      expect(lines.join('')).toContain('secret detail');
      expect(lines.join('')).toContain('"jobId":"j1"');
    },
  );
});
