import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSecrets, SECRET_MARK } from '../../src/core/secrets.js';
import { ECHOES, tellsToken, WIRE_ECHOES } from '../support/echoes.js';
import { ordinaryText } from '../support/hostile-texts.js';
import { PROPERTY } from '../support/property-runs.js';

const TOKEN = '7fK2pQ9xLm4Rt8Wz3Vb6Nc1Yd5Hg0Js_aEuTiOop';
const { isIn, hush, hushValue } = keepSecrets([TOKEN]);
const everyEcho = Object.entries({ ...ECHOES, ...WIRE_ECHOES });

const tells = (text: string): boolean => tellsToken(Buffer.from(text), TOKEN);

describe('a long secret', () => {
  it.each(everyEcho)('is found and taken out %s', (_name, echo) => {
    const text = `The token ${echo(TOKEN)} is not valid.`;
    expect(tells(text)).toBe(true);
    expect(isIn(text)).toBe(true);
    expect(tells(hush(text))).toBe(false);
    expect(isIn(hush(text))).toBe(false);
  });

  it('leaves the rest of a text where it stands as it is, else nothing', () => {
    expect(hush(`Bad ${TOKEN}, ${TOKEN.toUpperCase()}!`)).toBe('Bad [secret], [secret]!');
    expect(hush(`Bad ${TOKEN.replace('x', '%78')}!`)).toBe(SECRET_MARK);
  });

  it.each([
    ['in capitals of East Asian type', Array.from(TOKEN, wide).join('')],
    ['backwards', Array.from(TOKEN).reverse().join('')],
    ['in escapes of scripts', TOKEN.replace('7', '\\x37').replace('Q', '\\u{51}')],
    ['in entities within entities', TOKEN.replaceAll('f', '&amp;#x66;')],
    ['as mail quotes it', TOKEN.replaceAll('f', '=66')],
    ['url-encoded in Unicode', TOKEN.replaceAll('f', '%u0066')],
    [
      'in base64 in lines',
      Buffer.from(`a:${TOKEN}`)
        .toString('base64')
        .replace(/(.{9})/g, '$1\n'),
    ],
    ['in base64 that is url-encoded', encodeURIComponent(Buffer.from(TOKEN).toString('base64'))],
  ])('is found %s', (_name, text) => {
    expect(isIn(`x ${text} y`)).toBe(true);
  });

  it('is found in any text and in any echo, and the rest of the value stays', () => {
    const echoes = fc.constantFrom(...everyEcho.map(([, echo]) => echo));
    fc.assert(
      fc.property(ordinaryText, echoes, ordinaryText, (before, echo, after) => {
        const value = {
          id: 'r1',
          list: [before, { note: before + echo(TOKEN) + after }],
          count: 7,
        };
        const left = hushValue(value);
        expect(tells(JSON.stringify(left))).toBe(false);
        expect(left).toMatchObject({ id: 'r1', count: 7, list: [before, {}] });
      }),
      PROPERTY,
    );
  });

  it('is not found where it is not', () => {
    fc.assert(
      fc.property(fc.oneof(ordinaryText, fc.base64String(), fc.uuid()), (text) => {
        expect(hush(text)).toBe(text);
      }),
      PROPERTY,
    );
  });

  it('is taken out of names of members, numbers, and what lies too deep to be looked at', () => {
    const digits = keepSecrets(['12345678901234567890']);
    expect(digits.hushValue({ a: 12_345_678_901_234_567_890n.toString(), b: 5 })).toEqual({
      a: SECRET_MARK,
      b: 5,
    });
    expect(digits.hushValue([1_234_567_890_123_456])).toEqual([SECRET_MARK]);
    expect(hushValue({ [TOKEN]: { [`x${TOKEN}`]: [null, true, TOKEN] } })).toEqual({
      [SECRET_MARK]: { 'x[secret]': [null, true, SECRET_MARK] },
    });
    let deep: unknown = TOKEN;
    for (let depth = 0; depth < 10_000; depth += 1) deep = [deep];
    expect(JSON.stringify(hushValue(deep))).toContain(SECRET_MARK);
  });

  it('is not put together by the members of a value: then no text of it is left', () => {
    const pieces = TOKEN.match(/.{1,5}/g) ?? [];
    expect(hushValue({ meta: { success: false }, said: pieces })).toEqual({
      meta: { success: false },
      said: pieces.map(() => SECRET_MARK),
    });
  });
});

describe('a short secret', () => {
  it('is taken out where it stands as a word, and is part of no other', () => {
    const short = keepSecrets(['sesam', '', 'a.b']);
    expect(short.hush('sesam, sesamfrø og a.b men axb')).toBe(
      '[secret], sesamfrø og [secret] men axb',
    );
    expect(short.hush('sesamfrø')).toBe('sesamfrø');
    expect(short.isIn('SESAM')).toBe(false);
  });
});

describe('no secret', () => {
  it('is in nothing', () => {
    const none = keepSecrets(['', '']);
    expect(none.isIn('')).toBe(false);
    expect(none.hush('text')).toBe('text');
    expect(none.hushValue(undefined)).toBeUndefined();
  });
});

describe('the time it takes', () => {
  it('grows with the text, not with its square', () => {
    const record =
      '{"id":"Ab3dEf6hIj9lMn2pQr5tUv","name":"M\\u00f8ller & S\\u00f8n","url":"http:\\/\\/x"},';
    for (const unit of [record, '%25', '\\\\', '&amp;', TOKEN.slice(0, 11)]) {
      const text = unit.repeat(Math.ceil(1_500_000 / unit.length));
      const startedMs = performance.now();
      isIn(text);
      expect(performance.now() - startedMs).toBeLessThan(8000);
    }
  });
});

function wide(sign: string): string {
  const code = sign.charCodeAt(0);
  return String.fromCharCode(code + 0xfee0);
}
