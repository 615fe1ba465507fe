/** Removes the typed text from Commander's complaints about a command line. */

/** Complaints that quote only a flag of ours, never what was typed. */
const HARMLESS = /^error: option '--[a-z-]+ <[a-z-]+>' argument missing\s*$/;
const COMPLAINT = /^error: (unknown option|unknown command|too many arguments)/;
const SUGGESTION = /\(Did you mean (?:one of )?[a-z-]+(?:, [a-z-]+)*\?\)\s*$/;

/** The complaint without the typed text: a mistyped flag may carry a token. */
export function usageComplaint(text: string): string {
  if (HARMLESS.test(text)) return text;
  const [, complaint = 'the arguments are not understood'] = COMPLAINT.exec(text) ?? [];
  const [suggestion] = SUGGESTION.exec(text) ?? ['See --help.'];
  return `error: ${complaint} (not shown, since it may hold a secret)\n${suggestion.trim()}\n`;
}
