/** Reduces a column mapping to the entries that change the reading of a file. */
import { InputError } from '../../core/errors.js';
import { canonicalJson } from '../../core/hash.js';
import { mapHeaders, type HeaderOptions } from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';

type Mapping = Readonly<Record<string, string>>;

/** The reading of the headers as a text; null: they are refused. */
function readingOf(
  resource: Resource,
  headers: readonly string[],
  options: HeaderOptions,
): string | null {
  try {
    const { columns, parts, stated } = mapHeaders(resource, headers, options);
    return canonicalJson({ columns, parts, stated });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Leaves out, one after another, the entries without which the headers read the same: those that repeat what a
 * header means anyway, and those for headers that the file lacks.
 */
export function neededMapping(
  resource: Resource,
  headers: readonly string[],
  options: HeaderOptions & { readonly columnMapping: Mapping; readonly savedMapping: Mapping },
): Mapping {
  const reading = readingOf(resource, headers, options);
  if (reading === null) return { ...options.savedMapping, ...options.columnMapping };
  let needed = options;
  for (const place of ['savedMapping', 'columnMapping'] as const) {
    for (const header of Object.keys(needed[place]).sort()) {
      const others = Object.entries(needed[place]).filter(([name]) => name !== header);
      const fewer = { ...needed, [place]: Object.fromEntries(others) };
      if (readingOf(resource, headers, fewer) === reading) needed = fewer;
    }
  }
  return { ...needed.savedMapping, ...needed.columnMapping };
}
