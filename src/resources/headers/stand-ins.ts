/** Columns that a file names otherwise: a price list calls the names of its products descriptions. */
import { quote } from '../../core/text.js';
import type { Problem } from '../../model/item.js';
import type { Meaning } from './header-meanings.js';
import type { HeaderRules } from './header-use.js';

const HEADER_CHARS_SHOWN = 40;

/** The meanings with the headers that stand in for a missing column, and a warning for each of them. */
export function withStandIns(
  { columns }: Pick<HeaderRules, 'columns'>,
  meanings: readonly Meaning[],
): { readonly meanings: Meaning[]; readonly warnings: Problem[] } {
  const warnings: Problem[] = [];
  let current = [...meanings];
  for (const { name, standIn } of columns) {
    if (standIn === undefined || current.some(({ use }) => use?.column === name)) continue;
    const [only, other] = current.filter(({ use }) => use?.column === standIn);
    // A column that the caller mapped stays what the caller says.
    if (only?.use?.part !== 'whole' || other !== undefined || only.isMapped === true) continue;
    const use = { column: name, part: 'whole' } as const;
    current = current.map((each) => (each === only ? { ...each, use } : each));
    const header = quote(only.header, HEADER_CHARS_SHOWN);
    warnings.push({
      code: 'VALUE_SUSPECT',
      message: `${header} is read as ${name}, since no column is called so. options.columnMapping decides otherwise.`,
    });
  }
  return { meanings: current, warnings };
}
