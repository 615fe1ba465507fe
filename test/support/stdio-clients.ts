/** The built server over real stdio, behind one face for the three kinds of clients that hosts embed. */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, type Stream } from 'node:stream';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { MAIN, type SandboxProcess } from './sandbox-process.js';

export const CLIENT_KINDS = ['v1 SDK', 'v2 SDK in the 2025 era', 'v2 SDK in the 2026 era'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>> | null;
}

export interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

export interface Session {
  listTools(): Promise<readonly ListedTool[]>;
  callTool(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<ToolAnswer>;
  listResources(): Promise<readonly string[]>;
  readResource(uri: string): Promise<{ mimeType: string | undefined; text: string }>;
  /** Hears the address whenever the server says that it changed. */
  subscribe(uri: string, onUpdated: (uri: string) => void): Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Connection extends Session {
  /** Everything the server has written to stderr so far, line by line. */
  readonly stderrLines: readonly string[];
}

/** Where a server keeps its state and which folder its files may be in. */
export interface Home {
  readonly dataDir: string;
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

export async function makeHome(): Promise<Home> {
  const root = await mkdtemp(path.join(await realpath(tmpdir()), 'bulk-e2e-'));
  const home = { dataDir: path.join(root, 'data'), folder: path.join(root, 'files') };
  await mkdir(home.folder);
  return { ...home, remove: () => rm(root, { recursive: true, force: true }) };
}

export type Env = Readonly<Record<string, string>>;

/** Settings of a server on a sandbox; the rate is unlimited unless a test is about it. */
export function settingsFor(sandbox: Pick<SandboxProcess, 'url' | 'token'>, home: Home): Env {
  return {
    BILLY_API_BASE_URL: sandbox.url,
    BILLY_ACCESS_TOKEN: sandbox.token,
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: home.dataDir,
    BULK_ALLOWED_DIRS: home.folder,
  };
}

const CLIENT_INFO = { name: 'end-to-end', version: '1.0.0' };
const PROTOCOL_2026 = '2026-07-28';

function textOf(content: unknown): string {
  const parts = content as readonly { type: string; text?: string }[];
  return parts.map(({ text = '' }) => text).join('\n');
}

interface RawAnswer {
  readonly isError?: unknown;
  readonly content?: unknown;
  readonly structuredContent?: unknown;
}

function toAnswer(answer: object): ToolAnswer {
  const { isError, content, structuredContent }: RawAnswer = answer;
  const structured = structuredContent ?? null;
  return {
    isError: isError === true,
    text: textOf(content),
    structured: structured as ToolAnswer['structured'],
  };
}

function toRequestOptions({ onProgress, signal }: CallOptions) {
  return {
    timeout: 60_000,
    ...(onProgress === undefined ? {} : { onprogress: onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
}

interface RawContents {
  readonly contents: readonly { readonly mimeType?: string | undefined }[];
}

function firstText({ contents }: RawContents): { mimeType: string | undefined; text: string } {
  const [first] = contents;
  if (first === undefined || !('text' in first)) throw new Error('the resource has no text');
  return { mimeType: first.mimeType, text: String(first.text) };
}

function oldSession(client: OldClient): Session {
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: async (name, args, options = {}) =>
      toAnswer(
        await client.callTool({ name, arguments: args }, undefined, toRequestOptions(options)),
      ),
    listResources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    readResource: async (uri) => firstText(await client.readResource({ uri })),
    subscribe: async (uri, onUpdated) => {
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        onUpdated(params.uri);
      });
      await client.subscribeResource({ uri });
    },
    close: () => client.close(),
  };
}

function modernSession(client: ModernClient, kind: ClientKind): Session {
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: async (name, args, options = {}) =>
      toAnswer(await client.callTool({ name, arguments: args }, toRequestOptions(options))),
    listResources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    readResource: async (uri) => firstText(await client.readResource({ uri })),
    subscribe: async (uri, onUpdated) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        onUpdated(params.uri);
      });
      if (kind === 'v2 SDK in the 2026 era') await client.listen({ resourceSubscriptions: [uri] });
      else await client.subscribeResource({ uri });
    },
    close: () => client.close(),
  };
}

function collectLines(stream: Stream | null): string[] {
  const lines: string[] = [];
  if (stream === null) return lines;
  if (!(stream instanceof Readable)) throw new TypeError('stderr is no pipe');
  createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return lines;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly cwd?: string;
}

/** Connects a client of that kind; each SDK has transports of its own. */
export async function openSession(
  kind: ClientKind,
  transports: {
    readonly old: () => Parameters<OldClient['connect']>[0];
    readonly modern: () => Parameters<ModernClient['connect']>[0];
  },
): Promise<Session> {
  if (kind === 'v1 SDK') {
    const client = new OldClient(CLIENT_INFO);
    await client.connect(transports.old());
    return oldSession(client);
  }
  const mode = kind === 'v2 SDK in the 2026 era' ? { pin: PROTOCOL_2026 } : 'legacy';
  const client = new ModernClient(CLIENT_INFO, { versionNegotiation: { mode } });
  await client.connect(transports.modern());
  return modernSession(client, kind);
}

/** Starts what the command names and connects; the caller closes the connection. */
export async function connectTo(server: ServerCommand, kind: ClientKind): Promise<Connection> {
  const parameters = { ...server, args: [...server.args], env: { ...server.env } };
  let stderrLines: string[] = [];
  const session = await openSession(kind, {
    old: () => {
      const transport = new OldTransport({ ...parameters, stderr: 'pipe' });
      stderrLines = collectLines(transport.stderr);
      return transport;
    },
    modern: () => {
      const transport = new ModernTransport({ ...parameters, stderr: 'pipe' });
      stderrLines = collectLines(transport.stderr);
      return transport;
    },
  });
  return { ...session, stderrLines };
}

/** Opens the built server with these settings. */
export function openServer(env: Env, kind: ClientKind = 'v1 SDK'): Promise<Connection> {
  return connectTo({ command: process.execPath, args: [MAIN], env }, kind);
}
