/** Takes addresses and numbers out of what programs and people write around them. */

const SCHEME = /^(?:mailto|e-?mail|mail)\s*:\s*/i;
const IN_BRACKETS = /^(?:"[^"]*"|[^<>"]*?)\s*<\s*([^<>\s]+)\s*>$/;
const QUOTED = /^["']([^"']+)["']$/;
const ENDING = /[.,;]+$/;
const PAGE = /^[a-z]+:\/\//i;

/** `CVR-nr. 20002727`, `VAT no: DK20002727`, `Momsnr.: 20002727`; `SE 20002727` is a Danish number. */
const VAT_LABEL =
  /^(?:(?:cvr|moms|vat|ust-?id|tax)[\s.-]*(?:nr|no|nummer|number|id|reg)?[\s.:#/-]*|se(?:[\s.-]*(?:nr|nummer)[\s.:-]*|[\s.:-]+)(?=\d(?:\s?\d){7}$))(?=(?:[A-Z]{2}[\s-]?)?\d)/i;
const PHONE_LABEL = /^(?:tel|tlf|telefon|phone|mobil|mob|callto)\s*[.:]+\s*(?=[+(\d])/i;

/** The bare value of a cell; null: it stands there without anything around it. */
export function unwrapped(column: string, text: string): string | null {
  const bare = bareValue(column, text);
  return bare === text || bare === '' ? null : bare;
}

/** True for an address of a page in a column of e-mail addresses. */
export function isPage(text: string): boolean {
  return PAGE.test(text);
}

function bareValue(column: string, text: string): string {
  if (column === 'email') return bareEmail(text);
  if (column === 'vatNo') return text.replace(VAT_LABEL, '');
  return column === 'phone' ? text.replace(PHONE_LABEL, '') : text;
}

function bareEmail(text: string): string {
  const plain = text.replace(SCHEME, '');
  const inside = IN_BRACKETS.exec(plain)?.[1] ?? QUOTED.exec(plain)?.[1] ?? plain;
  return inside.replace(SCHEME, '').replace(ENDING, '');
}
