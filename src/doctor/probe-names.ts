/** How the contacts of a probe are called: so that people know what they are, and a later probe finds them. */

/** Random bytes in a name. */
export const MARK_BYTES = 8;

const PROBE_NAME = /^billy-bulk-mcp probe [a-z0-9 ]{1,40}, may be deleted \([0-9a-f]{16}\)$/;

/** `mark` is random, so that nobody else's contact has the name. */
export function probeName(label: string, mark: string): string {
  return `billy-bulk-mcp probe ${label}, may be deleted (${mark})`;
}

/** Whether a contact with this name was made by some probe. */
export function isProbeName(name: unknown): name is string {
  return typeof name === 'string' && PROBE_NAME.test(name);
}
