/** The one choke point of all calls: find the tool, parse, run, shape the answer or the error. */
import type { z } from 'zod';
import { InputError, messageOf, type AppError } from '../../core/errors.js';
import type { Clock } from '../../core/clock.js';
import { shownError } from '../../core/incident.js';
import type { Log } from '../../core/log.js';
import { cleanValue, cleanWords, fitResult, type Redact } from '../../core/outgoing.js';
import { clip, quote } from '../../core/text.js';
import { TOOLS } from '../../tools/registry.js';
import type { Tool, ToolCall } from '../../tools/tool.js';
import { checkArguments } from './arguments.js';

export interface ToolAnswer {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}

export interface CallParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes the token out of a text, should anything have carried it this far. */
  readonly redact: Redact;
}

const ISSUES_SHOWN = 5;
const PATH_CHARS = 60;
const ISSUE_CHARS = 160;

export function findTool(name: string): Tool | null {
  return TOOLS.find((tool) => tool.name === name) ?? null;
}

function invalidInput(tool: Tool, error: z.ZodError): InputError {
  const issues = error.issues.slice(0, ISSUES_SHOWN).map(({ path, message }) => {
    const place = path.length === 0 ? 'the arguments' : quote(path.join('.'), PATH_CHARS);
    return `${place}: ${clip(message, ISSUE_CHARS)}`;
  });
  return new InputError({
    code: 'INPUT_INVALID',
    message: `The arguments of ${tool.name} are not of its form.`,
    hint: 'tools/list gives the schema of each tool.',
    detail: issues.join('; '),
  });
}

function parseArguments(tool: Tool, args: unknown): unknown {
  const parsed = tool.inputSchema.safeParse(args ?? {});
  if (!parsed.success) throw invalidInput(tool, parsed.error);
  return parsed.data;
}

/** `{"success":false,"error":{code,message,hint}}`; untrusted text stands in `detail`, by itself. */
export function errorAnswer({ code, message, hint, detail }: AppError, redact: Redact): ToolAnswer {
  const error = { code, message, hint, ...(detail === null ? {} : { detail }) };
  const text = JSON.stringify(cleanValue({ success: false, error }, { redact: redact }));
  return { content: [{ type: 'text', text }], isError: true };
}

/** A result in both forms; the words are made of what may be shown, so that they hold no more than it. */
function resultAnswer(tool: Tool, result: unknown, redact: Redact): ToolAnswer {
  const structuredContent = fitResult(
    cleanValue(result, { redact: redact }) as Record<string, unknown>,
  );
  const text = cleanWords(tool.summarize(structuredContent), redact);
  return { content: [{ type: 'text', text }], structuredContent };
}

/** Runs one call; never rejects, since a failed call is a result too. */
export async function callTool(
  tool: Tool,
  call: ToolCall & { args: unknown },
  deps: CallParts,
): Promise<ToolAnswer> {
  const { args, ...rest } = call;
  // The hash of arguments that were not even counted takes as long as anything else that is done with them.
  let noted: unknown = null;
  const startedMs = deps.clock.monotonicMs();
  let code: string | null = null;
  let jobId: string | null = null;
  try {
    checkArguments(args);
    noted = args;
    const result = await tool.run(parseArguments(tool, args), rest);
    jobId = jobIdIn(result as Record<string, unknown>);
    return resultAnswer(tool, result, deps.redact);
  } catch (error) {
    const shown = shownError(error, deps);
    code = shown.code;
    return errorAnswer(shown, deps.redact);
  } finally {
    const ms = Math.round(deps.clock.monotonicMs() - startedMs);
    deps.log.info({ event: 'tool', tool: tool.name, ms });
    const { actor } = call;
    const writing = call.service.noteCall({ tool: tool.name, actor, args: noted, code, ms, jobId });
    // What the call did has happened, whether or not it can be written down.
    await writing.catch((error: unknown) => {
      deps.log.error({ event: 'journal.failed', tool: tool.name, error: messageOf(error) });
    });
  }
}

/** The job that a result is about. */
export function jobIdIn(result: ToolAnswer['structuredContent']): string | null {
  const job = result?.['job'] as { id?: unknown } | undefined;
  const jobId = result?.['jobId'] ?? job?.id;
  return typeof jobId === 'string' ? jobId : null;
}
