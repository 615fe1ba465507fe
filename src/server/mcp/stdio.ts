/** Serves MCP on stdin and stdout. */
import { userInfo } from 'node:os';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { McpServer } from '@modelcontextprotocol/server';
import { messageOf } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { Caller } from '../../organizations/caller.js';
import { LineTransport } from './line-transport.js';
import { createMcpServer, type McpParts } from './mcp-server.js';
import { watchJobs } from '../job-changes.js';

export type StdioParts = Omit<McpParts, 'watch' | 'callerOf'>;

export interface StdioServer {
  close(): Promise<void>;
}

/** Whoever started the process may do everything; jobs and the journal name the OS user and the client. */
function localCaller(clientName: string): Caller {
  const actor = clip(`${userInfo().username} via ${clientName}`, LIMITS.fieldCharsMax);
  return { actor, organizations: 'all', role: 'admin' };
}

/** Serves one client until it disconnects; stdout carries only the protocol. */
export function serveOnStdio(deps: StdioParts): StdioServer {
  let current: McpServer | null = null;
  let isModern = false;
  const service = deps.serviceFor(localCaller('a subscription'));
  const watch = watchJobs({ ...deps, service }, (uri, isSubscribed) => {
    // In the modern era the SDK itself sends only the changes that the client listens for.
    if (!isModern && !isSubscribed) return;
    current?.server.sendResourceUpdated({ uri }).catch((error: unknown) => {
      deps.log.debug({ event: 'mcp.not-told', error: messageOf(error) });
    });
  });
  const handle = serveStdio(
    ({ era }) => {
      isModern = era === 'modern';
      current = createMcpServer({ ...deps, callerOf: localCaller, watch });
      return current;
    },
    {
      transport: new LineTransport(process.stdin, process.stdout),
      onerror: (error) => {
        // The SDK quotes the client's own text.
        deps.log.warn({ event: 'mcp.error', error: clip(messageOf(error), LIMITS.fieldCharsMax) });
      },
    },
  );
  return {
    async close() {
      watch.stop();
      await handle.close();
    },
  };
}
