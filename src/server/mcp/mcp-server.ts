/**
 * Creates the MCP server for a connection, for both eras: 2025-11-25 and older with `initialize`, and 2026-07-28
 * without. The connection has no state of ours; jobs live in the store and outlive every request.
 */
import {
  CLIENT_INFO_META_KEY,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { cleanWords, type Redact } from '../../core/outgoing.js';
import { once } from '../../core/memo.js';
import { clip } from '../../core/text.js';
import type { Service } from '../../jobs/service/service.js';
import type { Caller } from '../../organizations/caller.js';
import type { ToolCall, WebLinks } from '../../tools/tool.js';
import { errorAnswer, jobIdIn, type CallEnd, type ToolAnswer } from './tool-answer.js';
import { InFlight } from './in-flight.js';
import type { ReadContent } from './resources.js';
import { CallSignals } from '../call-signals.js';
import type { JobWatch } from '../job-changes.js';

export interface McpParts {
  /** The caller of this connection, whose client gives itself this name. */
  readonly callerOf: (clientName: string) => Caller;
  readonly serviceFor: (caller: Caller) => Service;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
  readonly version: string;
  /** `BULK_TOOLS`; absent: all tools. */
  readonly tools?: readonly string[];
  readonly watch: JobWatch;
  /** False: changes of resources cannot be told. Absent: they can. */
  readonly canSubscribe?: boolean;
  /** Absent: the waits of calls end with their client only. */
  readonly signals?: CallSignals;
  /** Addresses for callers elsewhere; absent: the caller is on this machine. */
  readonly links?: WebLinks;
  /** Told of the end of each tool call. */
  readonly onCall?: (end: CallEnd) => void;
}

const CLIENT_CHARS = 60;
const UNKNOWN_CLIENT = 'unknown client';

const INSTRUCTIONS =
  'Bulk work on the Billy.dk account of one organization. Start tools answer at once with a jobId; watch it with get_bulk_job_status (waitSeconds to 45). ' +
  'Do a dry run first, show its counts, then run it with dryRunJobId. rollback_job undoes a job. ';
const FILES_HERE = 'Pass files by filePath, not their content.';
const FILES_ELSEWHERE = 'Send files to the address of request_upload and pass uploadId.';

/** The name that the client gives itself, cut. */
function clientNameOf(mcp: McpServer, ctx: ServerContext): string {
  const envelope: Readonly<Record<string, unknown>> = { ...ctx.mcpReq.envelope };
  const claimed = envelope[CLIENT_INFO_META_KEY] ?? mcp.server.getClientVersion();
  const client = claimed as { name?: unknown } | undefined;
  return typeof client?.name === 'string' ? clip(client.name, CLIENT_CHARS) : UNKNOWN_CLIENT;
}

function serviceOf(mcp: McpServer, ctx: ServerContext, deps: McpParts): Service {
  return deps.serviceFor(deps.callerOf(clientNameOf(mcp, ctx)));
}

function progressTo(ctx: ServerContext): ToolCall['onProgress'] {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  return ({ done, total, status }) => {
    const known = total === null ? {} : { total };
    const params = { progressToken, progress: done, ...known, message: status };
    // The client may have gone; the job continues.
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

// The tools with their schemas, and all that they stand on, are loaded when they are first asked for:
// `initialize` is answered without them.
// Node takes far longer for an `import()` than for a promise, also of a loaded module.
const loadToolList = once(() => import('./tool-list.js'));
const loadCalls = once(() => import('./call-tool.js'));
const loadResources = once(() => import('./resources.js'));

/** Answers a call that was refused before it began. The journal gets no entry, or floods would fill it. */
function refusalOf(error: unknown, { redact, onCall }: McpParts): ToolAnswer {
  if (!(error instanceof AppError)) throw error;
  onCall?.({ code: error.code, organizationId: null });
  return errorAnswer(error, redact);
}

function handleTools(mcp: McpServer, deps: McpParts, calls: InFlight): void {
  const { clock, log, redact, links } = deps;
  const { onCall = () => undefined, signals = new CallSignals() } = deps;
  const place = links === undefined ? 'machine' : 'web';
  mcp.server.setRequestHandler('tools/list', async () => {
    const { listedTools, unknownTools } = await loadToolList();
    const unknown = unknownTools(deps.tools ?? []);
    if (unknown.length > 0) log.error({ event: 'tools.unknown', setting: 'BULK_TOOLS', unknown });
    return { tools: [...listedTools(deps.tools, place)] };
  });
  mcp.server.setRequestHandler('tools/call', async ({ params }, ctx) => {
    const { signal, release } = signals.follow(ctx.mcpReq.signal);
    const call = {
      service: serviceOf(mcp, ctx, deps),
      signal,
      onProgress: progressTo(ctx),
      args: params.arguments,
      ...(links === undefined ? {} : { links }),
    };
    // Counted before anything is loaded, so that a flood is refused at once.
    const answer = await calls
      .run(async () => {
        const { callTool, findTool } = await loadCalls();
        const tool = findTool(params.name, deps.tools, place === 'web');
        if (tool !== null) return callTool(tool, call, { clock, log, redact, onCall });
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no tool of that name.');
      })
      .catch((error: unknown) => refusalOf(error, deps))
      .finally(release);
    if (answer.structuredContent === undefined) return answer;
    const jobId = jobIdIn(answer.structuredContent);
    if (jobId !== null) deps.watch.notice(jobId);
    const { listedTools } = await loadToolList();
    const all = listedTools(['all'], place);
    const advertised = all.find(({ name }) => name === params.name)?.outputSchema;
    return mcp.server.projectCallToolResult(answer, advertised);
  });
}

async function shownAsProtocol<T>(reading: Promise<T>, redact: Redact): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const text = cleanWords(`${error.code}: ${error.message} ${error.hint}`, redact);
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, text);
  }
}

function handleResources(mcp: McpServer, deps: McpParts, calls: InFlight): void {
  const { server } = mcp;
  const { watch, redact, canSubscribe = true } = deps;
  const read = (uri: string, ctx: ServerContext): Promise<ReadContent> => {
    const service = serviceOf(mcp, ctx, deps);
    return shownAsProtocol(
      calls.run(async () => (await loadResources()).readResource({ service, redact }, uri)),
      redact,
    );
  };
  server.setRequestHandler('resources/list', async () => {
    const { listedResources } = await loadResources();
    return { resources: listedResources() };
  });
  server.setRequestHandler('resources/templates/list', async () => {
    const { listedTemplates } = await loadResources();
    return { resourceTemplates: listedTemplates() };
  });
  server.setRequestHandler('resources/read', async ({ params: { uri } }, ctx) => {
    return { contents: [{ uri, ...(await read(uri, ctx)) }] };
  });
  if (!canSubscribe) return;
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, ctx) => {
    // Only a readable job can be subscribed to.
    await read(uri, ctx);
    await watch.subscribe(uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    watch.unsubscribe(uri);
    return {};
  });
}

/** Creates a server for one connection. */
export function createMcpServer(deps: McpParts): McpServer {
  const { canSubscribe = true, links } = deps;
  const mcp = new McpServer(
    { name: 'billy-bulk-mcp', title: 'Billy bulk tools', version: deps.version },
    {
      capabilities: { tools: {}, resources: canSubscribe ? { subscribe: true } : {} },
      instructions: INSTRUCTIONS + (links === undefined ? FILES_HERE : FILES_ELSEWHERE),
    },
  );
  const calls = new InFlight();
  handleTools(mcp, deps, calls);
  handleResources(mcp, deps, calls);
  return mcp;
}
