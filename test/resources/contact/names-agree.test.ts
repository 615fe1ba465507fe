/** Names that may be those of one contact, by the words of the contract. */
import { describe, expect, it } from 'vitest';
import { namesAgree } from '../../../src/resources/contact/names-agree.js';

const AGREE = [
  ['case, spacing and punctuation', 'Mur & Sten ApS', 'MUR &  STEN  APS.'],
  ['words written in one', 'Nord Byg ApS', 'Nordbyg ApS'],
  ['a conjunction for its sign', 'Hansen & Søn A/S', 'Hansen og Søn A/S'],
  ['diacritics that are left out', 'Søren Ågård', 'Soren Agard'],
  ['diacritics that are written out', 'Søren Ågård', 'Soeren Aagaard'],
  ['the letters of a neighbour', 'Sørens Bageri', 'Sörens Bageri'],
  ['composed and decomposed letters', 'Bru\u0308ssel Handel', 'Brüssel Handel'],
  ['a missing legal form', 'Mur Ditlev', 'Mur Ditlev ApS'],
  ['a missing slashed form', 'Gulv Frank', 'Gulv Frank I/S'],
  ['a form in front', 'I/S Hansen & Co', 'Hansen & Co'],
  ['a form with dots', 'Andel Vest A.m.b.a.', 'Andel Vest AMBA'],
  ['an owner that one leaves out', 'Malerfirmaet Lys', 'Malerfirmaet Lys v/ Anne Lys'],
  ['initials with and without dots', 'A.P. Møller', 'AP Møller'],
  ['one typing error in eight letters', 'Tømrerfirma', 'Tømrerfirna'],
  ['a letter too many in a long name', 'Murerfirmaet Jensen', 'Murerfirmaet Jenssen'],
  ['a blank name', '', 'Mur Ditlev ApS'],
] as const;

const DISAGREE = [
  ['other words', 'Mur Ditlev ApS', 'Gulv Frank ApS'],
  ['two legal forms', 'Jensen Byg ApS', 'Jensen Byg A/S'],
  ['an owner and a company', 'Maler Lys v/ Anne Lys', 'Maler Lys ApS'],
  ['a word more', 'Jensen Byg ApS', 'Jensen Byg Holding ApS'],
  ['a word and a digit more', 'Kunde Lager', 'Kunde Lager 2'],
  ['another digit', 'Ejerforeningen Havnegade 12', 'Ejerforeningen Havnegade 13'],
  ['a digit for a letter', 'Boligselskabet Nord 1', 'Boligselskabet Nord l'],
  ['a short word that differs', 'Byggemarkedet Nord A', 'Byggemarkedet Nord B'],
  ['an error in seven letters', 'Jens Ve', 'Jens Vi'],
  ['two errors in fifteen letters', 'Hansens Bageri A', 'Jensens Bageri A'],
  ['an ordinary word that a form also is', 'Hansens Is', 'Hansens'],
] as const;

describe('namesAgree', () => {
  it.each(AGREE)('%s: %j and %j', (_title, left, right) => {
    expect([namesAgree(left, right), namesAgree(right, left)]).toEqual([true, true]);
  });

  it.each(DISAGREE)('not with %s: %j and %j', (_title, left, right) => {
    expect([namesAgree(left, right), namesAgree(right, left)]).toEqual([false, false]);
  });
});
