/** The one choke point of all calls: find the tool, parse, run, shape the answer or the error. */
import type { z } from 'zod';
import { InputError, type AppError } from '../core/errors.js';
import type { Clock } from '../core/clock.js';
import { shownError } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import type { Log } from '../core/log.js';
import { clip, quote } from '../core/text.js';
import { TOOLS } from '../tools/registry.js';
import type { Tool, ToolCall } from '../tools/tool.js';

export interface ToolAnswer {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}

export interface CallParts {
  readonly clock: Clock;
  readonly log: Log;
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
    detail: clip(issues.join('; '), LIMITS.fieldCharsMax * 2),
  });
}

/** `{"success":false,"error":{code,message,hint}}`; untrusted text stands in `detail`, by itself. */
function errorAnswer(error: AppError): ToolAnswer {
  const { code, message, hint, detail } = error;
  const shown = detail === null ? {} : { detail: clip(detail, LIMITS.fieldCharsMax * 2) };
  const text = JSON.stringify({ success: false, error: { code, message, hint, ...shown } });
  return { content: [{ type: 'text', text }], isError: true };
}

/** Runs one call; never rejects, since a failed call is a result too. */
export async function callTool(
  tool: Tool,
  call: ToolCall & { args: unknown },
  parts: CallParts,
): Promise<ToolAnswer> {
  const { args, ...rest } = call;
  const startedMs = parts.clock.monotonicMs();
  try {
    const parsed = tool.inputSchema.safeParse(args ?? {});
    if (!parsed.success) throw invalidInput(tool, parsed.error);
    const result = await tool.run(parsed.data, rest);
    const text = fit(tool.summarize(result));
    return {
      content: [{ type: 'text', text }],
      structuredContent: result as Record<string, unknown>,
    };
  } catch (error) {
    return errorAnswer(shownError(error, parts));
  } finally {
    const ms = Math.round(parts.clock.monotonicMs() - startedMs);
    parts.log.info({ event: 'tool', tool: tool.name, ms });
  }
}

function fit(text: string): string {
  return text.slice(0, LIMITS.resultCharsMax);
}
