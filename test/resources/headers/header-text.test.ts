// The forms of a header, from strict to loose.
import { describe, expect, it } from 'vitest';
import {
  looseForm,
  speaksDanish,
  withoutRemark,
} from '../../../src/resources/headers/header-text.js';

describe('a header', () => {
  it.each([
    ['Kundenummer', 'kundenr'],
    ['Kunde #', 'kundenr'],
    ['Customer No.', 'customernr'],
    ['Moms %', 'moms%'],
    ['Vej & nr.', 'vejognr'],
  ])('%j is looked up as %s', (header, form) => {
    expect(looseForm(header)).toBe(form);
  });

  it.each([
    ['Betalingsfrist (dage)', 'Betalingsfrist'],
    ['Pris i DKK', 'Pris'],
    ['Navn *', 'Navn'],
    ['Navn', null],
    ['Adresse (levering)', null],
    ['Pris (kost)', null],
    ['Phone 1 - Type', null],
  ])('%j without its remark is %j', (header, bare) => {
    expect(withoutRemark(header)).toBe(bare);
  });

  it('is Danish by its words or its letters', () => {
    expect(speaksDanish(['Invoice date', 'Price'])).toBe(false);
    expect(speaksDanish(['Invoice date', 'Pris'])).toBe(true);
    expect(speaksDanish(['Mængder'])).toBe(true);
  });
});
