// Proof that a generated file which is not what the source says makes `npm run check:generated` red.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorkspace, repositoryRoot, type Workspace } from './workspace.js';

const NOT_COPIED = new Set(['.git', 'coverage', 'dist', 'node_modules']);
const SCHEMA = 'schemas/tools/import_customers_csv.json';

const workspaces: Workspace[] = [];

function copyRepository(): Workspace {
  const copies = readdirSync(repositoryRoot).filter((name) => !NOT_COPIED.has(name));
  const workspace = createWorkspace({ files: {}, copies });
  workspaces.push(workspace);
  return workspace;
}

function replaceIn(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
}

const DRIFTS: readonly (readonly [string, (root: string) => void])[] = [
  [
    'one byte of a schema',
    (root) => {
      replaceIn(path.join(root, SCHEMA), '{', '{ ');
    },
  ],
  [
    'a schema that is gone',
    (root) => {
      rmSync(path.join(root, SCHEMA));
    },
  ],
  [
    'a schema of no tool',
    (root) => {
      writeFileSync(path.join(root, 'schemas/tools/left_over.json'), '{}\n');
    },
  ],
  [
    'a table of the README',
    (root) => {
      replaceIn(path.join(root, 'README.md'), /`import_customers_csv`/g, '`import_customers`');
    },
  ],
];

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:generated', () => {
  it('is green on the repository as it is', async () => {
    expect(await copyRepository().run('check:generated')).toMatchObject({ exitCode: 0 });
  });

  it.each(DRIFTS)('refuses %s', async (_claim, change) => {
    const workspace = copyRepository();
    change(workspace.root);
    expect((await workspace.run('check:generated')).exitCode).toBeGreaterThan(0);
  });
});
