// Proof that whatever nobody uses makes `npm run check:unused` red.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorkspace, repositoryRoot, type Ran, type Workspace } from './workspace.js';

const NAMES = z.array(z.object({ name: z.string() })).default([]);
const KINDS = ['files', 'dependencies', 'unlisted', 'exports', 'types'] as const;
const Report = z.object({
  issues: z.array(
    z.object({ files: NAMES, dependencies: NAMES, unlisted: NAMES, exports: NAMES, types: NAMES }),
  ),
});
const PackageFile = z.looseObject({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const CORRECT = {
  'src/main.ts': "import { run } from './run.js';\nrun();\n",
  'src/run.ts': `import { z } from 'zod';
export interface Row {
  name: string;
}
export const run = (): Row => ({ name: z.string().parse('Ada') });
`,
  'test/run.test.ts':
    "import { it } from 'vitest';\nimport { run } from '../src/run.js';\nit('runs', run);\n",
  'scripts/generate.ts': 'process.stdout.write("");\n',
};

const VIOLATIONS = {
  ...CORRECT,
  'src/run.ts': `import { nanoid } from 'nanoid';
export type Nobody = string;
export const nobody = 1;
export const run = (): string => nanoid();
`,
  'src/left-over.ts': 'export const kept = 1;\n',
  'test/support/left-over.ts': 'export const kept = 1;\n',
};

/** The real package.json with the dependencies that these few files use, and `more`. */
function packageJson(more: Record<string, string>): string {
  const real = PackageFile.parse(
    JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')),
  );
  const tools =
    /^(@vitest\/|@types\/node|dependency-cruiser|eslint|knip|prettier|tsx|typescript|vitest)/;
  return JSON.stringify({
    ...real,
    dependencies: { zod: '4.0.0', ...more },
    devDependencies: Object.fromEntries(
      Object.entries(real.devDependencies).filter(([name]) => tools.test(name)),
    ),
  });
}

const workspaces: Workspace[] = [];

async function check(files: Record<string, string>): Promise<Ran> {
  const workspace = createWorkspace({ files, copies: [...CONFIGS] });
  workspaces.push(workspace);
  return workspace.run('check:unused', '--reporter', 'json');
}

const CONFIGS = [
  '.dependency-cruiser.cjs',
  '.prettierrc.json',
  'eslint.config.js',
  'knip.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vitest.config.ts',
  'vitest.tidy.config.ts',
];

let broken: Ran;
let correct: Ran;
let found: string[];

beforeAll(async () => {
  broken = await check({ ...VIOLATIONS, 'package.json': packageJson({ papaparse: '5.0.0' }) });
  correct = await check({ ...CORRECT, 'package.json': packageJson({}) });
  found = Report.parse(JSON.parse(broken.stdout)).issues.flatMap((issue) =>
    KINDS.flatMap((kind) => issue[kind].map(({ name }) => `${kind}: ${name}`)),
  );
});

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:unused', () => {
  it('ends red, and green when everything is used', () => {
    expect(broken.exitCode).toBe(1);
    expect(correct).toEqual({ exitCode: 0, stdout: '{"issues":[]}\n', stderr: '' });
  });

  it.each([
    'files: src/left-over.ts',
    'files: test/support/left-over.ts',
    'exports: nobody',
    'types: Nobody',
    'dependencies: papaparse',
    'dependencies: zod',
    'unlisted: nanoid',
  ])('names %s', (issue) => {
    expect(found).toContain(issue);
  });
});
