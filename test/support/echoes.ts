// How a server may echo a token, and a search that finds it again in whatever was stored or said. The search
// knows nothing of the code: it decodes what it reads in every way it knows, and looks for the token and halves of it.

const hexOf = (text: string): string => Buffer.from(text).toString('hex');
const codesOf = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0));

function escaped(token: string, form: (hex: string, code: number) => string): string {
  return codesOf(token)
    .map((code) => form(code.toString(16).padStart(2, '0'), code))
    .join('');
}

/** The token as it may stand in a text of an answer. */
export const ECHOES: Readonly<Record<string, (token: string) => string>> = {
  'as it is': (token) => token,
  'in capitals': (token) => token.toUpperCase(),
  'in small letters': (token) => token.toLowerCase(),
  'url-encoded': (token) => escaped(token, (hex) => `%${hex}`),
  'url-encoded twice': (token) => escaped(token, (hex) => `%25${hex.toUpperCase()}`),
  'in base64': (token) => Buffer.from(token).toString('base64'),
  'in base64url, with a user before it': (token) =>
    Buffer.from(`user:${token}`).toString('base64url'),
  'in hexadecimal': hexOf,
  'in escapes of JSON inside of a text': (token) => escaped(token, (hex) => `\\u00${hex}`),
  'in entities of HTML': (token) => escaped(token, (_hex, code) => `&#${String(code)};`),
  'split by blanks': (token) => token.replace(/(.{7})/g, '$1 '),
  'split by marks without width': (token) => Array.from(token).join('\u200b'),
  'split by hyphens': (token) => token.replace(/(.{4})/g, '$1-'),
  'the first half': (token) => token.slice(0, token.length / 2),
};

/** As they may stand in the bytes of the answer, whatever a parser makes of them. */
export const WIRE_ECHOES: Readonly<Record<string, (token: string) => string>> = {
  'in escapes of JSON': (token) => escaped(token, (hex) => `\\u00${hex}`),
  'in escapes of JSON in capitals, some of it': (token) =>
    Array.from(token, (sign, index) =>
      index % 3 === 0 ? `\\u00${hexOf(sign).toUpperCase()}` : sign,
    ).join(''),
};

const DECODINGS: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll(/\\+u00([0-9a-f]{2})/gi, (_all, hex: string) => unhex(hex)),
  (text) => text.replaceAll(/%(?:25)*([0-9a-f]{2})/gi, (_all, hex: string) => unhex(hex)),
  (text) =>
    text.replaceAll(/&#x?(\d{2,3});?/gi, (_all, code: string) => String.fromCharCode(+code)),
  (text) => text.replaceAll(/[^a-z0-9+/=_]/gi, ''),
];

function unhex(hex: string): string {
  return String.fromCharCode(parseInt(hex, 16));
}

/** What base64 or hexadecimal of some length stands for, wherever it begins. */
function decodedRuns(text: string): string[] {
  const coded = text.match(/[A-Za-z0-9+/_-]{24,}/g) ?? [];
  return coded.flatMap((run) => [
    ...[0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')),
    ...[0, 1].map((start) => Buffer.from(run.slice(start), 'hex').toString('latin1')),
  ]);
}

/** Whether the bytes hold the token or one of its halves, read in any of the ways above. */
export function tellsToken(bytes: Buffer, token: string): boolean {
  const plain = bytes.toString('latin1');
  const unescaped = DECODINGS.slice(0, 3).reduce((text, decode) => decode(text), plain);
  const texts = [plain, unescaped, ...DECODINGS.map((decode) => decode(unescaped))];
  const all = [...texts, ...texts.flatMap(decodedRuns)].map((text) => text.toLowerCase());
  const half = token.length / 2;
  const sought = [token.slice(0, half), token.slice(half)].map((part) => part.toLowerCase());
  return all.some((text) => sought.some((part) => text.includes(part)));
}
