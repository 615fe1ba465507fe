// Proof that branches of core and jobs without a test make `COVERAGE=1 npm test` red.
import { afterAll, describe, expect, it } from 'vitest';
import { createWorkspace, type Ran, type Workspace } from './workspace.js';

const SOURCE =
  "export const name = (isLong: boolean): string => (isLong ? 'Ada Lovelace' : 'Ada');\n";
const testOf = (folder: string, calls: string): string => `import { expect, it } from 'vitest';
import { name } from '../../src/${folder}/name.js';
it('names', () => {
  expect([${calls}]).toContain('Ada');
});
`;
const COPIES = [
  '.npmrc',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vitest.config.ts',
];

const FOLDERS = ['core', 'jobs'];

const workspaces: Workspace[] = [];

async function test(calls: string): Promise<Ran> {
  const files = FOLDERS.flatMap((folder) => [
    [`src/${folder}/name.ts`, SOURCE],
    [`test/${folder}/name.test.ts`, testOf(folder, calls)],
  ]);
  const workspace = createWorkspace({
    copies: COPIES,
    files: Object.fromEntries(files) as Record<string, string>,
  });
  workspaces.push(workspace);
  return workspace.run('test', '--coverage.enabled');
}

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm test', () => {
  it('refuses half of the branches', async () => {
    const ran = await test('name(false)');
    expect(ran.exitCode).toBe(1);
    for (const folder of FOLDERS) {
      expect(ran.stderr).toContain(`"src/${folder}/**" threshold (95%)`);
    }
  });

  it('is green when every branch is tested', async () => {
    expect(await test('name(true), name(false)')).toMatchObject({ exitCode: 0 });
  });
});
