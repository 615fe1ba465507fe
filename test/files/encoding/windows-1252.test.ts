import { describe, expect, it } from 'vitest';
import {
  plausibilityOf,
  charOf1252,
  decodeWindows1252,
} from '../../../src/files/encoding/windows-1252.js';

describe('decodeWindows1252', () => {
  it('knows every byte but the five undefined ones', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const undefinedBytes = [...bytes].filter((byte) => charOf1252(byte) === null);
    expect(undefinedBytes).toEqual([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
    const defined = bytes.filter((byte) => !undefinedBytes.includes(byte));
    expect(decodeWindows1252(defined)).toBe([...defined].map(charOf1252).join(''));
    for (const byte of undefinedBytes) {
      expect(() => decodeWindows1252(Uint8Array.of(byte))).toThrow(TypeError);
    }
  });
});

/** The character that stands between brackets, in its place. */
function beliefOf(text: string): string {
  const [before = '', character = '', after = ''] = text.split(/[[\]]/);
  return plausibilityOf(character, {
    before: before.slice(-1),
    after: after.slice(0, 1),
    next: after.slice(1, 2),
  });
}

describe('believe', () => {
  it.each([
    'K[ø]benhavn',
    '[Å]se',
    'CAF[É]',
    '[€]5',
    '5 [€]',
    '100[€]/stk',
    'O[’]Brien',
    'it[’]s',
    'Jens[’] bil',
    'Pris [–] by',
    'København[–]Aarhus',
    'Lego[®] klods',
    'm[²]',
    '20[°]C',
    '1[½]m',
    '[½] l',
    '10[×]20',
    '[§] 5',
    '[•]Vare',
    'osv[…]',
    '1[\u00a0]000',
    'O[´]Brien',
    '5 [µ]m',
    '[“]5 kr',
    '[«]navn»',
  ])('takes %s', (text) => {
    expect(beliefOf(text)).toBe('sound');
  });

  it.each(['Milo[š]', '[Ž]ižek', '[“]navn', 'navn[”]', '[‘]ble', 'K[’]R', '[’]ble', 'BR[’]'])(
    'takes %s beside better evidence only',
    (text) => {
      expect(beliefOf(text)).toBe('weak');
    },
  );

  it.each([
    'Sm[¿]rrebrød',
    'Bl[¾]kke',
    '[¾]ble',
    'Bl[Œ]kke',
    '[Œ]ben',
    '[®]ble',
    '[¯]l',
    'k[‘]lder',
    'Sm[›]r',
    'bl[†]',
    'Caf[Ž]',
    'Stra[§]e',
    'Se[–]or',
    '[™]rebro',
    'Don[Õ]t',
    'M[„]rz',
    'gr[”]n',
    'fam[¡]lie',
    'a[÷]b',
    '2 [ÿ] 3',
    'a[×]b',
  ])('takes %s for DOS or Mac', (text) => {
    expect(beliefOf(text)).toBe('wrong');
  });
});
