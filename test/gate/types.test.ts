// Proof that each compiler flag of STYLE.md section 7 makes `npm run check:types` red.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type Ran, type Workspace } from './workspace.js';

interface FlagCase {
  readonly flag: string;
  readonly code: string;
  readonly bad: string;
  readonly good: string;
}

const STRICT: readonly FlagCase[] = [
  {
    flag: 'strict: null',
    code: 'TS2322',
    bad: 'export const name: string = null;',
    good: 'export const name: string | null = null;',
  },
  {
    flag: 'strict: implicit any',
    code: 'TS7006',
    bad: 'export const same = (value) => value;',
    good: 'export const same = (value: unknown): unknown => value;',
  },
  {
    flag: 'strict: fields without a value',
    code: 'TS2564',
    bad: 'export class Row {\n  name: string;\n}',
    good: "export class Row {\n  name = '';\n}",
  },
  {
    flag: 'strict: what a catch gets',
    code: 'TS18046',
    bad: 'try {\n  JSON.parse("");\n} catch (thrown) {\n  thrown.stack;\n}\nexport {};',
    good: 'try {\n  JSON.parse("");\n} catch (thrown) {\n  String(thrown);\n}\nexport {};',
  },
];

const FLAGS: readonly FlagCase[] = [
  {
    flag: 'noUncheckedIndexedAccess',
    code: 'TS2322',
    bad: 'export const first = (names: string[]): string => names[0];',
    good: "export const first = (names: string[]): string => names[0] ?? '';",
  },
  {
    flag: 'exactOptionalPropertyTypes',
    code: 'TS2375',
    bad: 'export const row: { name?: string } = { name: undefined };',
    good: 'export const row: { name?: string } = {};',
  },
  {
    flag: 'noImplicitOverride',
    code: 'TS4114',
    bad: 'class A {\n  run(): void {}\n}\nexport class B extends A {\n  run(): void {}\n}',
    good: 'class A {\n  run(): void {}\n}\nexport class B extends A {\n  override run(): void {}\n}',
  },
  {
    flag: 'noPropertyAccessFromIndexSignature',
    code: 'TS4111',
    bad: 'export const name = (row: Record<string, string>): unknown => row.name;',
    good: "export const name = (row: Record<string, string>): unknown => row['name'];",
  },
  {
    flag: 'verbatimModuleSyntax',
    code: 'TS1484',
    bad: "import { Named } from './named.js';\nexport const row: Named = { name: '' };",
    good: "import type { Named } from './named.js';\nexport const row: Named = { name: '' };",
  },
  {
    flag: 'erasableSyntaxOnly: enum',
    code: 'TS1294',
    bad: 'export enum Retry {\n  Never,\n}',
    good: "export type Retry = 'never';",
  },
  {
    flag: 'erasableSyntaxOnly: parameter property',
    code: 'TS1294',
    bad: 'export class Row {\n  constructor(readonly name: string) {}\n}',
    good: 'export class Row {\n  readonly name: string;\n  constructor(name: string) {\n    this.name = name;\n  }\n}',
  },
  {
    flag: 'nodenext',
    code: 'TS2835',
    bad: "export type { Named } from './named';",
    good: "export type { Named } from './named.js';",
  },
  {
    flag: 'noImplicitReturns',
    code: 'TS7030',
    bad: 'export function pick(is: boolean): number | undefined {\n  if (is) return 1;\n}',
    good: 'export function pick(is: boolean): number | undefined {\n  return is ? 1 : undefined;\n}',
  },
  {
    flag: 'noFallthroughCasesInSwitch',
    code: 'TS7029',
    bad: 'export function run(n: number, rows: number[]): void {\n  switch (n) {\n    case 1:\n      rows.push(1);\n    default:\n      rows.push(2);\n  }\n}',
    good: 'export function run(n: number, rows: number[]): void {\n  switch (n) {\n    case 1:\n    default:\n      rows.push(2);\n  }\n}',
  },
  {
    flag: 'noUnusedLocals',
    code: 'TS6133',
    bad: 'const kept = 1;\nexport {};',
    good: 'export const kept = 1;',
  },
  {
    flag: 'noUnusedParameters',
    code: 'TS6133',
    bad: 'export const run = (name: string): void => undefined;',
    good: 'export const run = (_name: string): void => undefined;',
  },
];

const CASES = [...STRICT, ...FLAGS];
const fileOf = (row: FlagCase, twin: 'bad' | 'good'): string =>
  `src/jobs/case-${CASES.indexOf(row)}-${twin}.ts`;

const NAMED = { 'src/jobs/named.ts': 'export interface Named {\n  name: string;\n}\n' };
const textsOf = (twin: 'bad' | 'good'): Record<string, string> =>
  Object.fromEntries(CASES.map((row) => [fileOf(row, twin), row[twin]]));

// `src/jobs/case-0-bad.ts(1,14): error TS2322: ...`
const ERROR_LINE = /^(\S+)\(\d+,\d+\): error (TS\d+):/gm;

const workspaces: Workspace[] = [];

async function check(twin: 'bad' | 'good'): Promise<Ran> {
  const workspace = createWorkspace({ files: { ...NAMED, ...textsOf(twin) } });
  workspaces.push(workspace);
  return workspace.run('check:types', '--pretty', 'false');
}

let broken: Ran;
let correct: Ran;

beforeAll(async () => {
  [broken, correct] = await Promise.all([check('bad'), check('good')]);
});

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:types', () => {
  it('ends red, and green on the correct twins', () => {
    expect(broken.exitCode).toBeGreaterThan(0);
    expect(correct).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it.each(CASES)('$flag: $code', (row) => {
    const codes = [...broken.stdout.matchAll(ERROR_LINE)]
      .filter(([, file]) => file === fileOf(row, 'bad'))
      .map(([, , code]) => code);
    expect(codes).toEqual([row.code]);
  });
});
