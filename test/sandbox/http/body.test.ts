// Bodies up to their limit.
import { describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX } from '../../../src/sandbox/http/body.js';
import { startDriver, value } from '../support/driver.js';

function bodyOf(bytes: number): string {
  const [head, tail] = ['{"contact":{"countryId":"DK","name":"', '"}}'];
  return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
}

describe('bodies', () => {
  it('may have 5 MiB and not a byte more', async () => {
    const driver = await startDriver();
    const fits = await driver.call('POST', '/contacts', { body: bodyOf(BODY_BYTES_MAX) });
    expect(fits.status).toBe(200);
    const large = await driver.call('POST', '/contacts', { body: bodyOf(BODY_BYTES_MAX + 1) });
    expect([large.status, value(large, 'errorCode')]).toEqual([413, 'REQUEST_TOO_LARGE']);
    expect(driver.sandbox.control.state().records['contacts']).toHaveLength(1);
  });

  it('are read as UTF-8 even where a character is split between packets', async () => {
    const driver = await startDriver();
    const name = 'Æ'.repeat(200_001);
    const answer = await driver.post('/contacts', { contact: { name, countryId: 'DK' } });
    expect(value(answer, 'contacts.0.name')).toBe(name);
  });
});
