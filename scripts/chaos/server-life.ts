/** One life of the built server, from its start to the SIGKILL that was meant for it, or to its own end. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Kill } from './kill-plan.js';
import type { Child } from './mcp-pipe.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, '..', '..', 'dist', 'chaos');
/** A kill that has not landed by then never will. */
const LANDING_MS = 30_000;

/** The server with its crash points, beside the built one: nothing but types is taken out. */
export function buildVictim(): void {
  mkdirSync(BUILT, { recursive: true });
  for (const name of ['victim', 'moments', 'store-gate']) {
    const source = readFileSync(join(HERE, `${name}.ts`), 'utf8');
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(join(BUILT, `${name}.js`), outputText);
  }
}

export interface Life {
  readonly child: Child;
  /** Lines on stderr. */
  readonly lines: readonly string[];
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  kill(): void;
}

export function startLife(env: Readonly<Record<string, string>>, kill: Kill | null): Life {
  const point = kill?.by === 'itself' ? `${kill.point}:${String(kill.nth)}` : '';
  const child = spawn(process.execPath, [join(BUILT, 'victim.js')], {
    env: { PATH: process.env['PATH'] ?? '', ...env, CHAOS_POINT: point },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A pipe of a process that was killed may break while it is written to.
  child.stdin.on('error', () => undefined);
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  return {
    child,
    lines,
    ended,
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** Null once it has died as it was meant to; else why that is not so. */
export async function landing(
  life: Life,
  kill: Kill,
  wasFired: () => boolean,
): Promise<string | null> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    life.kill();
  }, LANDING_MS);
  const { code, signal } = await life.ended;
  clearTimeout(timer);
  const said = life.lines.some((line) => line.includes('"chaos.dies"'));
  const isMeant = kill.by === 'itself' ? said : wasFired();
  const isLate = late.signal.aborted;
  if (!isLate && signal === 'SIGKILL' && isMeant) return null;
  const how = isLate ? 'not in time' : `ended with ${String(signal ?? code)}`;
  const last = life.lines.at(-1) ?? '';
  return `the kill "${kill.point}" (${kill.by}, ${String(kill.nth)}) did not land: ${how} ${last}`;
}
