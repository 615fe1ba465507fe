/** Names of probes: known again by the exact pattern, and nobody else's. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { isProbeName, MARK_BYTES, probeName } from '../../src/doctor/probe-names.js';

const MARK = 'a0'.repeat(MARK_BYTES);

describe('the name of a probe', () => {
  it('says what it is and that it may go', () => {
    expect(probeName('1 of 2', MARK)).toBe(`billy-bulk-mcp probe 1 of 2, may be deleted (${MARK})`);
  });

  it('is known again, whatever its mark', () => {
    const mark = systemClock.randomHex(MARK_BYTES);
    expect(isProbeName(probeName('beside a faulty one', mark))).toBe(true);
  });

  it.each([
    probeName('1 of 2', 'a0'),
    probeName('1 of 2', MARK.toUpperCase()),
    probeName('', MARK),
    `${probeName('1 of 2', MARK)} `,
    ` ${probeName('1 of 2', MARK)}`,
    `${probeName('1 of 2', MARK)}\n`,
    probeName('1\nof 2', MARK),
    'billy-bulk-mcp probe',
    null,
    7,
  ])('is not %j', (name) => {
    expect(isProbeName(name)).toBe(false);
  });
});
