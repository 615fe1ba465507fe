/**
 * A small copy of this repository in the system's temporary folder: the real scripts and configs over
 * sources made for the proof. Nothing is written in the repository, not even when a run is killed.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const repositoryRoot = path.resolve(import.meta.dirname, '../..');

const CONFIGS = [
  '.dependency-cruiser.cjs',
  '.npmrc',
  '.prettierignore',
  '.prettierrc.json',
  'eslint.config.js',
  'knip.json',
  'package.json',
  'tsconfig.json',
];

const STDOUT_BYTES_MAX = 64 * 1024 * 1024;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workspace {
  readonly root: string;
  /** Runs a script of package.json as `npm run check` does, with more arguments at its end. */
  run(script: string, ...args: string[]): Promise<Ran>;
  remove(): void;
}

/** Copies these paths of the repository, writes these files over them, and lends its packages. */
export function createWorkspace(options: {
  files: Readonly<Record<string, string>>;
  copies?: readonly string[];
}): Workspace {
  const root = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'billy-bulk-gate-'));
  for (const name of options.copies ?? CONFIGS) {
    cpSync(path.join(repositoryRoot, name), path.join(root, name), { recursive: true });
  }
  symlinkSync(path.join(repositoryRoot, 'node_modules'), path.join(root, 'node_modules'));
  for (const [name, text] of Object.entries(options.files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return {
    root,
    run: (script, ...args) => runScript({ root, script, args }),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function runScript(options: { root: string; script: string; args: string[] }): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      'npm',
      ['run', '--silent', options.script, '--', ...options.args],
      { cwd: options.root, maxBuffer: STDOUT_BYTES_MAX },
      (failure, stdout, stderr) => {
        resolve({ exitCode: failure === null ? 0 : Number(failure.code ?? 1), stdout, stderr });
      },
    );
  });
}
