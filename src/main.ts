#!/usr/bin/env node
/** The process: hands arguments and environment to the command line, and sets the exit code. */
// First, since what is loaded before the heap is limited makes it grow by more.
import './core/heap-flags.js';
import { readFileSync } from 'node:fs';
import { runProgram } from './cli/program.js';

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

await runProgram({
  args: process.argv.slice(2),
  env: process.env,
  version: readVersion(),
  exit: (code) => process.exit(code),
  setExitCode: (code) => {
    process.exitCode = code;
  },
});
