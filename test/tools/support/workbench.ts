/** The service of the real composition root on a sandbox in this process, and calls as tools get them. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../../src/app.js';
import { resolveConfig } from '../../../src/config.js';
import { systemClock } from '../../../src/core/clock.js';
import { AppError } from '../../../src/core/errors.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { Caller } from '../../../src/organizations/caller.js';
import { DEFAULT_UNKNOWNS, type SandboxOptions } from '../../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Tool, ToolCall } from '../../../src/tools/tool.js';

export interface Workbench {
  readonly sandbox: Sandbox;
  readonly app: App;
  readonly dataDir: string;
  /** The folder whose files may be read and written. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly call: (more?: Partial<ToolCall>) => ToolCall;
  /** Parses the arguments as the choke point does, and runs the tool. */
  readonly run: (
    tool: Tool,
    args: unknown,
    more?: Partial<ToolCall>,
  ) => Promise<Record<string, unknown>>;
  readonly put: (name: string, content: string) => Promise<string>;
  /** Waits for the job's end. */
  readonly ended: (jobId: unknown) => Promise<JobView>;
}

export interface WorkbenchOptions {
  readonly sandbox?: Partial<SandboxOptions>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    port: 0,
    seed: 3,
    unknowns: DEFAULT_UNKNOWNS,
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 0,
    products: 0,
    clock: systemClock,
    ...options,
  });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** An app that is closed when the test ends. */
export async function openApp(env: Readonly<Record<string, string>>, cwd: string): Promise<App> {
  const app = await createApp(resolveConfig({ flags: {}, env }), cwd);
  onTestFinished(() => app.close());
  return app;
}

export async function tempRoot(): Promise<string> {
  const root = await mkdtemp(path.join(await realpath(tmpdir()), 'bulk-tools-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

export const SOMEBODY: Caller = {
  actor: 'somebody via vitest',
  organizations: 'all',
  role: 'admin',
};

function callOf(app: App, more: Partial<ToolCall> = {}): ToolCall {
  return {
    service: app.serviceFor(SOMEBODY),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  };
}

const WAIT_SECONDS = 20;

/** Everything is closed and removed when the test ends. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const root = await tempRoot();
  const [dataDir, folder] = [path.join(root, 'data'), path.join(root, 'files')];
  await mkdir(folder);
  const sandbox = await openSandbox(options.sandbox);
  const env = {
    BILLY_API_BASE_URL: sandbox.url,
    BILLY_ACCESS_TOKEN: sandbox.token,
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: dataDir,
    BULK_LOG_LEVEL: 'silent',
    ...options.env,
  };
  const app = await openApp(env, folder);
  const call = (more?: Partial<ToolCall>): ToolCall => callOf(app, more);
  return {
    sandbox,
    app,
    dataDir,
    folder,
    env,
    call,
    run: async (tool, args, more) =>
      (await tool.run(tool.inputSchema.parse(args), call(more))) as Record<string, unknown>,
    put: async (name, content) => {
      await writeFile(path.join(folder, name), content);
      return path.join(folder, name);
    },
    ended: (jobId) => {
      const { signal, onProgress } = call();
      return app
        .serviceFor(SOMEBODY)
        .status(String(jobId), { seconds: WAIT_SECONDS, signal, onProgress });
    },
  };
}

/** The code of the AppError that the promise ends in; anything else fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown.code;
  throw new Error(`expected an AppError, got ${String(thrown)}`, { cause: thrown });
}

/** Whether the tool's input schema takes these arguments. */
export function takes(tool: Tool, args: unknown): boolean {
  return tool.inputSchema.safeParse(args).success;
}
