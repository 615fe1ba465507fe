/** Runs a peer as a process of its own, so that its memory is its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import type { PeerCost } from './peers/cost.js';

const SOURCES = join(import.meta.dirname, 'peers');
const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'bench');

const run = promisify(execFile);

/** Beside the built server, and as plain as that: nothing but types is taken out. */
export function buildPeers(): void {
  mkdirSync(BUILT, { recursive: true });
  for (const name of readdirSync(SOURCES)) {
    const { outputText } = ts.transpileModule(readFileSync(join(SOURCES, name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(join(BUILT, name.replace(/\.ts$/, '.js')), outputText);
  }
}

/** The built peer, for those who start it themselves. */
export function peerFile(name: string): string {
  return join(BUILT, `${name}.js`);
}

/** What the program prints, parsed; rejects with its words when it fails. */
export async function runBuilt<Printed>(
  name: string,
  parameters: readonly string[],
): Promise<Printed> {
  const { stdout } = await run(process.execPath, [peerFile(name), ...parameters]);
  return JSON.parse(stdout) as Printed;
}

/** What the peer says that it cost. */
export function runPeer<Cost extends PeerCost = PeerCost>(
  name: string,
  parameters: readonly string[],
): Promise<Cost> {
  return runBuilt<Cost>(name, parameters);
}
