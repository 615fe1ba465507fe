// Proof that text which Prettier would write otherwise makes `npm run check:format` red.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type Ran, type Workspace } from './workspace.js';

const line = (charCount: number): string => {
  const frame = "export const text = ['', ''];\n";
  return frame.replace("'',", `'${'a'.repeat(charCount - frame.length + 1)}',`);
};

const CASES = [
  { claim: '101 columns', text: line(101) },
  { claim: 'double quotes', text: 'export const text = "a";\n' },
  { claim: 'a missing semicolon', text: "export const text = 'a'\n" },
  { claim: 'an indent of four', text: "export function run(): string {\n    return 'a';\n}\n" },
];
const fileOf = (index: number): string => `src/jobs/case-${index}.ts`;
const GOOD = { 'src/jobs/good.ts': line(100) };
const BAD = Object.fromEntries(CASES.map((row, index) => [fileOf(index), row.text]));

const workspaces: Workspace[] = [];

async function check(files: Record<string, string>): Promise<Ran> {
  const workspace = createWorkspace({ files });
  workspaces.push(workspace);
  return workspace.run('check:format');
}

let broken: Ran;

beforeAll(async () => {
  broken = await check({ ...GOOD, ...BAD });
});

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:format', () => {
  it('is green on formatted text of 100 columns', async () => {
    expect((await check(GOOD)).exitCode).toBe(0);
    expect(broken.stderr).not.toContain('good.ts');
  });

  it('ends red', () => {
    expect(broken.exitCode).toBe(1);
  });

  it.each(CASES.map((row, index) => ({ ...row, file: fileOf(index) })))(
    'refuses $claim',
    ({ file }) => {
      expect(broken.stderr).toContain(file);
    },
  );
});
