/** The names of a probe's contacts: people recognise them, and a later probe finds them. */

/** Random bytes in a name. */
export const MARK_BYTES = 8;

const PROBE_NAME = /^billy-bulk-mcp probe [a-z0-9 ]{1,40}, may be deleted \([0-9a-f]{16}\)$/;

/** `mark` is random, so that no other contact has the name. */
export function probeName(label: string, mark: string): string {
  return `billy-bulk-mcp probe ${label}, may be deleted (${mark})`;
}

/** True if a probe created a contact with this name. */
export function isProbeName(name: unknown): name is string {
  return typeof name === 'string' && PROBE_NAME.test(name);
}
