/** Reads the name of a file from a header: as it is, percent-encoded, in the form of RFC 5987, or as raw UTF-8. */

const EXTENDED = /^(utf-8|iso-8859-1)'[\w-]*'(.*)$/i;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Node reads each byte of a header as a character. */
function ofBytes(text: string): string {
  try {
    return UTF8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A per cent sign of the name itself.
    return text;
  }
}

function fromLatin1(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
}

/** null: there is no such header, or it names nothing. */
export function headerFileName(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string' || header.trim() === '') return null;
  const [, charset, coded] = EXTENDED.exec(header.trim()) ?? [];
  if (charset === undefined || coded === undefined) return unescaped(ofBytes(header));
  return charset.toLowerCase() === 'utf-8' ? unescaped(coded) : fromLatin1(coded);
}
