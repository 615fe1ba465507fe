/** The knowledge of a job's resource about the head of its source. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { SourceHead } from '../../files/source.js';
import { headerReader } from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { SourceSettings } from '../job/source-settings.js';

const NAME_CHARS = 40;

/** Returns a function that is true for a header with a column, by its name or by a mapping. */
export function knownHeaders(
  resource: Resource,
  { columnMapping, savedMapping }: Pick<SourceSettings, 'columnMapping' | 'savedMapping'>,
): (header: string) => boolean {
  const columnOf = headerReader(resource, columnMapping, savedMapping);
  return (header) => columnOf(header) !== null;
}

/** Runs a step; if a column is missing, the error also names the sheet that was read, and the others. */
export function namingSheets<T>({ xlsx }: Pick<SourceHead, 'xlsx'>, step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    const isMissing = thrown instanceof InputError && thrown.code === 'CSV_MISSING_COLUMN';
    if (!isMissing || xlsx?.otherSheets === undefined) throw thrown;
    const [first = '', ...more] = xlsx.otherSheets.map((name) => quote(name, NAME_CHARS));
    const others = [first, ...more].join(', ');
    throw new InputError({
      code: 'CSV_MISSING_COLUMN',
      message: `${thrown.message} The sheet ${quote(xlsx.sheet, NAME_CHARS)} was read; the workbook also has ${others}.`,
      hint: `Set options.sheet to the sheet with the table. ${thrown.hint}`,
      cause: thrown,
      ...(thrown.detail === null ? {} : { detail: thrown.detail }),
    });
  }
}
