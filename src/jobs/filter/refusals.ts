/** The refusals of a filter or a formula. The sentences are ours; what the caller wrote stands in `detail`. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { normalizeHeader } from '../../resources/definition/headers.js';
import { nearestMeaning } from '../../resources/headers/near-name.js';
import type { Resource } from '../../resources/definition/resource.js';

export const EXAMPLE_FORMULA = '{"unitPrice": {"multiplyBy": "1.04", "roundTo": "0.50"}}';

export function invalid(message: string, hint: string, detail?: unknown): InputError {
  const shown = detail === undefined ? undefined : JSON.stringify(detail);
  return new InputError({
    code: 'INPUT_INVALID',
    message,
    hint,
    ...(shown === undefined ? {} : { detail: clip(shown, LIMITS.fieldCharsMax) }),
  });
}

/** The known name that a wrong one may mean, as a question. */
export function question(typed: string, names: readonly (readonly [string, string])[]): string {
  const near = nearestMeaning(normalizeHeader(typed), names);
  return near === null ? '' : `Did you mean ${near}? `;
}

/** Our names and the names in files, each with the column. */
function namesOf({ columns }: Resource): (readonly [string, string])[] {
  return columns.flatMap(({ name, aliases }) =>
    [name, ...aliases].map((each) => [normalizeHeader(each), name] as const),
  );
}

/** A filter with the first column of the resource that is not its id. */
export function exampleWhere({ columns }: Resource): string {
  const names = columns.map(({ name }) => name);
  const example = names.find((name) => name !== 'id') ?? 'id';
  return `For example {"${example}": {"contains": "..."}}. Columns: ${names.join(', ')}.`;
}

/** Refuses a name that is no column of the resource. */
export function checkColumn(resource: Resource, name: string, place: 'where' | 'set'): void {
  const known = resource.columns.map((column) => column.name);
  if (known.includes(name)) return;
  throw invalid(
    `${place} names a column that ${resource.plural} do not have.`,
    `${question(name, namesOf(resource))}Use: ${known.join(', ')}.`,
    name,
  );
}
