/** Writes the call of a tool to the journal, under the organization that the call was about. */
import { callEntry } from '../job/journal-notes.js';
import type { ServiceDeps } from './service-deps.js';

export type ToolCallNote = Omit<Parameters<typeof callEntry>[0], 'organizationId' | 'actor'>;

function textIn(args: unknown, name: string): string | null {
  const value: unknown = typeof args === 'object' && args !== null ? Reflect.get(args, name) : null;
  return typeof value === 'string' ? value : null;
}

/**
 * The organization of the job in the result or the arguments, or the one that the arguments name, or the only
 * one. null: none of these is an organization of the caller, so the call belongs to no organization's chain.
 */
async function organizationOf(
  { store, organizations, caller }: ServiceDeps,
  { args, jobId }: ToolCallNote,
): Promise<string | null> {
  const organizationIds = await organizations.knownIdsOf(caller);
  const named = jobId ?? textIn(args, 'jobId') ?? textIn(args, 'dryRunJobId');
  const job = named === null ? null : await store.findJob({ jobId: named, organizationIds });
  if (job !== null) return job.organizationId;
  const only = await organizations.onlyIdOf(caller);
  if (only !== null) return only;
  const organizationId = textIn(args, 'organizationId');
  return organizationIds.find((id) => id === organizationId) ?? null;
}

/** Returns the organization under which the call stands in the journal. */
export async function noteCall(deps: ServiceDeps, call: ToolCallNote): Promise<string | null> {
  const { store, clock, caller } = deps;
  const organizationId = await organizationOf(deps, call);
  const entry = callEntry({ ...call, actor: caller.actor, organizationId });
  await store.appendJournal({ entry, nowMs: clock.nowMs() });
  return organizationId;
}
