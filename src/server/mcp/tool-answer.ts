/** The answer of a tool call, apart from the tools: a refused call is answered without them. */
import type { AppError } from '../../core/errors.js';
import { cleanValue, type Redact } from '../../core/outgoing.js';

export interface ToolAnswer {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}

/** The end of a call, for the log. */
export interface CallEnd {
  /** null: it succeeded. */
  readonly code: string | null;
  /** The organization that the call was about, if it is one of the caller's. */
  readonly organizationId: string | null;
}

/** Returns `{"success":false,"error":{code,message,hint}}`; untrusted text is only in `detail`. */
export function errorAnswer({ code, message, hint, detail }: AppError, redact: Redact): ToolAnswer {
  const error = { code, message, hint, ...(detail === null ? {} : { detail }) };
  const text = JSON.stringify(cleanValue({ success: false, error }, { redact }));
  return { content: [{ type: 'text', text }], isError: true };
}

/** The job that a result is about. */
export function jobIdIn(result: ToolAnswer['structuredContent']): string | null {
  const job = result?.['job'] as { id?: unknown } | undefined;
  const jobId = result?.['jobId'] ?? job?.id;
  return typeof jobId === 'string' ? jobId : null;
}
