/** Unknown references of a job whose rows need all of theirs: every one is named before anything is sent. */
import { LIMITS } from '../core/limits.js';
import type { JobStore } from '../store/job-store.js';
import type { Problem } from '../store/types.js';
import { WARNING_CHARS } from './view.js';
import { warn, type Work } from './work.js';

type Cause = Awaited<ReturnType<JobStore['listCauses']>>[number];

/** Of so many warnings a reader sees each whole, beside those about other things. */
const WARNINGS_MAX = 6;

/** What a message is joined of; a `;` in a quoted text joins nothing. */
const PARTS = /(?:"(?:\\.|[^"\\])*"|;(?! )|[^;"])+/g;

/** The references that a cause names: they alone are quoted. A cause that quotes none stands for itself. */
function referencesIn({ message }: Cause): string[] {
  const parts = (message.match(PARTS) ?? []).map((part) => part.trim());
  const quoted = parts.filter((part) => part.includes('"'));
  return quoted.length === 0 ? [message] : quoted;
}

/** Each reference once, with a row that refers to it. */
function namedIn(causes: readonly Cause[]): string[] {
  const rows = new Map<string, number | undefined>();
  for (const cause of causes) {
    for (const reference of referencesIn(cause)) {
      if (!rows.has(reference)) rows.set(reference, cause.rows[0]);
    }
  }
  return [...rows].map(([reference, row]) => `${reference} (row ${String(row ?? '')})`);
}

/** As many warnings as it takes to show each text whole. */
function warningsOf(named: readonly string[]): Problem[] {
  const messages: string[] = [];
  let count = 0;
  for (const text of named) {
    const last = messages.at(-1);
    const longer = `${last ?? ''}; ${text}`;
    if (last !== undefined && longer.length < WARNING_CHARS) messages[messages.length - 1] = longer;
    else if (messages.length < WARNINGS_MAX) messages.push(`Unknown: ${text}`);
    else break;
    count += 1;
  }
  const left = named.length - count;
  const more = left === 0 ? [] : [`${String(left)} more are unknown; the report names each.`];
  return [...messages, ...more].map((message) => ({ code: 'REFERENCE_NOT_FOUND', message }));
}

/** Whether rows refer to what is not there; each such reference is named in the job's warnings. */
export async function lacksReferences(work: Work): Promise<boolean> {
  if (!work.resource.needsAllReferences) return false;
  const { store, jobId } = work;
  const causes = await store.listCauses({ jobId, limit: LIMITS.jobCausesKept });
  const unknown = causes.filter(({ code }) => code === 'REFERENCE_NOT_FOUND');
  if (unknown.length === 0) return false;
  await warn(work, warningsOf(namedIn(unknown)));
  return true;
}
