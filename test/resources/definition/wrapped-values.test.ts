import { describe, expect, it } from 'vitest';
import { unwrapped } from '../../../src/resources/definition/wrapped-values.js';

describe('unwrapped', () => {
  it.each([
    ['email', 'mailto:bo@x.dk', 'bo@x.dk'],
    ['email', 'MAILTO: bo@x.dk', 'bo@x.dk'],
    ['email', 'E-mail: bo@x.dk', 'bo@x.dk'],
    ['email', '"Bo Hansen" <bo@x.dk>', 'bo@x.dk'],
    ['email', 'Bo Hansen <bo@x.dk>', 'bo@x.dk'],
    ['email', '<mailto:bo@x.dk>', 'bo@x.dk'],
    ['email', '"bo@x.dk"', 'bo@x.dk'],
    ['email', 'bo@x.dk.', 'bo@x.dk'],
    ['email', 'bo@x.dk,', 'bo@x.dk'],
    ['vatNo', 'CVR: 20002727', '20002727'],
    ['vatNo', 'CVR-nr. 20002727', '20002727'],
    ['vatNo', 'cvr 20 00 27 27', '20 00 27 27'],
    ['vatNo', 'Momsnr.: DK20002727', 'DK20002727'],
    ['vatNo', 'VAT no. DE123456789', 'DE123456789'],
    ['vatNo', 'SE 20002727', '20002727'],
    ['vatNo', 'SE-nr. 20002727', '20002727'],
    ['phone', 'tel:+4520123456', '+4520123456'],
    ['phone', 'Tlf.: 86 12 34 56', '86 12 34 56'],
  ])('takes out of the %s %j', (column, text, value) => {
    expect(unwrapped(column, text)).toBe(value);
  });

  it.each([
    ['email', 'bo@x.dk'],
    ['email', 'a@b.dk; c@d.dk'],
    ['vatNo', '20002727'],
    ['vatNo', 'DK-20002727'],
    ['vatNo', 'SE556012345601'],
    ['vatNo', 'SE 556012345601'],
    ['phone', '86 12 34 56'],
    ['name', 'mailto:bo@x.dk'],
  ])('leaves the %s %j', (column, text) => {
    expect(unwrapped(column, text)).toBeNull();
  });
});
