/** Runs every tool call: finds the tool, parses, runs, and builds the answer or the error. */
import { messageOf } from '../../core/errors.js';
import type { Clock } from '../../core/clock.js';
import { shownError } from '../../core/incident.js';
import type { Log } from '../../core/log.js';
import { cleanValue, cleanWords, fitResult, type Redact } from '../../core/outgoing.js';
import { chosenTools } from '../../tools/registry.js';
import type { Tool, ToolCall } from '../../tools/tool.js';
import { checkArguments } from './arguments.js';
import { invalidArguments } from './invalid-arguments.js';
import { errorAnswer, jobIdIn, type CallEnd, type ToolAnswer } from './tool-answer.js';

export interface CallParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Redacts the token, in case a text contains it. */
  readonly redact: Redact;
  /** Called at the end of the call. */
  readonly onCall?: (end: CallEnd) => void;
}

/** The tool of that name among those that `BULK_TOOLS` names, and that are offered to the caller. */
export function findTool(
  name: string,
  chosen: readonly string[] = ['all'],
  isOnTheWeb = false,
): Tool | null {
  const tool = chosenTools(chosen).find((each) => each.name === name) ?? null;
  return tool?.isHttpOnly === true && !isOnTheWeb ? null : tool;
}

function parseArguments(tool: Tool, args: unknown): unknown {
  const parsed = tool.inputSchema.safeParse(args ?? {});
  if (!parsed.success) throw invalidArguments(tool, args, parsed.error);
  return parsed.data;
}

/** Returns a result in both forms. The text is made from the cleaned result, so it shows nothing else. */
function resultAnswer(tool: Tool, result: unknown, redact: Redact): ToolAnswer {
  const structuredContent = fitResult(cleanValue(result, { redact }) as Record<string, unknown>);
  const text = cleanWords(tool.summarize(structuredContent), redact);
  return { content: [{ type: 'text', text }], structuredContent };
}

/** Runs one call. Never rejects, because a failed call is a result too. */
export async function callTool(
  tool: Tool,
  call: ToolCall & { args: unknown },
  deps: CallParts,
): Promise<ToolAnswer> {
  const { args, ...rest } = call;
  // Arguments that were refused for their size are not hashed for the journal: hashing them takes too long.
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
    const writing = call.service.noteCall({ tool: tool.name, args: noted, code, ms, jobId });
    // The call has had its effect even if the journal cannot be written.
    const organizationId = await writing.catch((error: unknown) => {
      deps.log.error({ event: 'journal.failed', tool: tool.name, error: messageOf(error) });
      return null;
    });
    deps.onCall?.({ code, organizationId });
  }
}
