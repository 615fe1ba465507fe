/** The warnings about headers that are ignored or share a column, and what headers say for every row. */
import { quote } from '../../core/text.js';
import type { Problem } from '../../model/item.js';
import type { Meaning } from './header-meanings.js';
import type { HeaderRules } from './header-use.js';

const HEADER_CHARS_SHOWN = 40;
const NAMES_SHOWN = 10;
const CURRENCY = 'currency';

function shown({ header }: { readonly header: string }): string {
  return quote(header, HEADER_CHARS_SHOWN);
}

function list(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? ` and ${String(names.length - NAMES_SHOWN)} more` : '';
  return names.slice(0, NAMES_SHOWN).join(', ') + more;
}

function ignored(reason: string, names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return [{ code: 'COLUMN_IGNORED', message: `Ignored, because ${reason}: ${list(names)}.` }];
}

/** One warning for each reason why headers are ignored. */
export function ignoredColumns(
  meanings: readonly Meaning[],
  unknown: readonly { readonly header: string; readonly near: string | null }[],
): Problem[] {
  const nameless = unknown.map(({ header, near }) =>
    near === null ? shown({ header }) : `${shown({ header })} (did you mean ${near}?)`,
  );
  const displaced = meanings.filter(({ fate }) => fate === 'displaced').map(shown);
  const outranked = meanings
    .filter(({ fate }) => fate === 'outranked')
    .map((each) => {
      const winner = meanings.find(({ use }) => use !== null && use.column === each.known?.column);
      return winner === undefined ? shown(each) : `${shown(each)} (${shown(winner)} is used)`;
    });
  return [
    ...ignored('no column has this name', nameless),
    ...ignored('another header is mapped to their column', displaced),
    ...ignored('another header of the file is used for their column', outranked),
  ];
}

/** Names the header that a column is read from, where others only fill in. */
export function sharedColumns(meanings: readonly Meaning[]): Problem[] {
  const warnings: Problem[] = [];
  for (const whole of meanings.filter(({ use }) => use?.part === 'whole')) {
    const others = meanings.filter(({ use }) => {
      const isOther =
        use?.part === 'spare' || use?.part === 'firstName' || use?.part === 'lastName';
      return isOther && use.column === whole.use?.column;
    });
    if (others.length === 0) continue;
    const names = list(others.map(shown));
    const message = `${whole.use?.column ?? ''} is read from ${shown(whole)}; ignored unless that is blank: ${names}.`;
    warnings.push({ code: 'COLUMN_IGNORED', message });
  }
  return warnings;
}

/** The words of price headers on VAT and currency, as cells of every row. */
export function statedFacts(
  { columns, taxModeColumn }: HeaderRules,
  meanings: readonly Meaning[],
): { readonly cells: Readonly<Record<string, string>>; readonly warnings: Problem[] } {
  const cells: Record<string, string> = {};
  const warnings: Problem[] = [];
  const hasCurrency = columns.some(({ name }) => name === CURRENCY);
  for (const each of meanings) {
    const { known, use } = each;
    if (use === null || known === null) continue;
    if (taxModeColumn !== null && known.tax !== null) {
      cells[taxModeColumn] = known.tax;
      const words = known.tax === 'incl' ? 'including' : 'without';
      warnings.push({
        code: 'TAX_MODE',
        message: `The prices under ${shown(each)} are read as ${words} VAT.`,
      });
    }
    if (hasCurrency && known.currency !== null) cells[CURRENCY] = known.currency;
  }
  return { cells, warnings };
}
