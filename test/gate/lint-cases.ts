/** Lint: for each rule a text that breaks it, and its correct twin. Read by lint.test.ts. */

export interface LintCase {
  /** The rule that must speak, and no other. */
  readonly rule: string;
  readonly claim: string;
  readonly bad: string;
  readonly good: string;
  /** Where the texts lie; the engine's folder when absent. */
  readonly folder?: string;
}

const lines = (count: number, text: string): string => Array<string>(count).fill(text).join('\n');

const PROMISES: readonly LintCase[] = [
  {
    rule: '@typescript-eslint/no-floating-promises',
    claim: 'a promise nobody waits for',
    bad: 'export function start(send: () => Promise<void>): void {\n  send();\n}',
    good: 'export async function start(send: () => Promise<void>): Promise<void> {\n  await send();\n}',
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    claim: 'a promise where nothing is expected',
    bad: `export function listen(send: () => Promise<void>): () => void {
  return send;
}`,
    good: `export function listen(send: () => void): () => void {
  return send;
}`,
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    claim: 'an async callback that nobody waits for',
    bad: `export function each(names: string[], send: (name: string) => Promise<void>): void {
  names.forEach(async (name) => {
    await send(name);
  });
}`,
    good: `export async function each(names: string[], send: (n: string) => Promise<void>): Promise<void> {
  for (const name of names) await send(name);
}`,
  },
];

const SWITCH_HEAD = `export type Retry = 'never' | 'wait' | 'reconcile';
export function next(retry: Retry): number {
  switch (retry) {
    case 'never':
      return 0;
    case 'wait':
      return 1;
`;

const TYPES: readonly LintCase[] = [
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    claim: 'a switch that forgets a member',
    bad: `${SWITCH_HEAD}  }\n  return 2;\n}`,
    good: `${SWITCH_HEAD}    case 'reconcile':\n      return 2;\n  }\n}`,
  },
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    claim: 'a default in place of a member',
    bad: `${SWITCH_HEAD}    default:\n      return 2;\n  }\n}`,
    good: `${SWITCH_HEAD}    case 'reconcile':\n      return 3;\n  }\n}`,
  },
  {
    rule: '@typescript-eslint/no-explicit-any',
    claim: 'any',
    bad: 'export type Loose = any;',
    good: 'export type Loose = unknown;',
  },
  {
    rule: '@typescript-eslint/no-unsafe-assignment',
    claim: 'any from outside, kept',
    bad: "export const parsed = JSON.parse('{}');",
    good: "export const parsed: unknown = JSON.parse('{}');",
  },
  {
    rule: '@typescript-eslint/no-unsafe-return',
    claim: 'any from outside, returned',
    bad: 'export function read(text: string): string[] {\n  return JSON.parse(text);\n}',
    good: 'export function read(text: string): unknown {\n  return JSON.parse(text) as unknown;\n}',
  },
  {
    rule: '@typescript-eslint/no-unsafe-member-access',
    claim: 'a member of any',
    bad: "export const isNamed = JSON.parse('{}').name === 'Ada';",
    good: "export const isNamed = (JSON.parse('{}') as { name?: string }).name === 'Ada';",
  },
  {
    rule: '@typescript-eslint/no-unsafe-argument',
    claim: 'any as an argument',
    bad: "export const count = Number.parseInt(JSON.parse('1'), 10);",
    good: "export const count = Number.parseInt(String(JSON.parse('1')), 10);",
  },
  {
    rule: '@typescript-eslint/no-unsafe-call',
    claim: 'any called',
    bad: "JSON.parse('{}')();\nexport {};",
    good: "JSON.parse('{}');\nexport {};",
  },
  {
    rule: '@typescript-eslint/no-non-null-assertion',
    claim: 'an exclamation mark for presence',
    bad: 'export function first(names: string[]): string {\n  return names[0]!;\n}',
    good: "export function first(names: string[]): string {\n  return names[0] ?? '';\n}",
  },
  {
    rule: 'no-restricted-syntax',
    claim: 'an exclamation mark for assignment',
    bad: 'export class Row {\n  name!: string;\n}',
    good: "export class Row {\n  name = '';\n}",
  },
  ...['ts-ignore', 'ts-expect-error', 'ts-nocheck'].map((name) => ({
    rule: '@typescript-eslint/ban-ts-comment',
    claim: `@${name}`,
    bad: `// @${name}: the compiler is right\nexport const count = Number('one');`,
    good: "// The compiler is right.\nexport const count = Number('one');",
  })),
];

const FORM: readonly LintCase[] = [
  {
    rule: 'no-restricted-exports',
    claim: 'a default export',
    bad: 'export default function run(): void {\n  return;\n}',
    good: 'export function run(): void {\n  return;\n}',
  },
  {
    rule: 'no-restricted-exports',
    claim: 'a default export by another name',
    bad: 'const limit = 1;\nexport { limit as default };',
    good: 'const limit = 1;\nexport { limit };',
  },
  {
    rule: 'no-console',
    claim: 'console',
    bad: "console.error('sent');\nexport {};",
    good: "process.stderr.write('sent');\nexport {};",
  },
  ...['TODO', 'FIXME', 'XXX'].map((word) => ({
    rule: 'no-warning-comments',
    claim: word,
    bad: `// ${word}: count them\nexport const count = 1;`,
    good: '// Counted once.\nexport const count = 1;',
  })),
  ...['prettier-ignore', 'v8 ignore next', 'knipignore'].map((word) => ({
    rule: 'no-warning-comments',
    claim: `a check switched off by "${word}"`,
    bad: `/* ${word} */\nexport const count = 1;`,
    good: '/* Counted once. */\nexport const count = 1;',
  })),
  {
    rule: 'no-eval',
    claim: 'text run as code',
    bad: "export const one: unknown = eval('1');",
    good: 'export const one: unknown = 1;',
  },
  {
    rule: 'eqeqeq',
    claim: 'comparison after conversion',
    bad: 'export const same = (left: unknown, right: unknown): boolean => left == right;',
    good: 'export const same = (left: unknown, right: unknown): boolean => left === right;',
  },
  {
    rule: 'object-shorthand',
    claim: 'a name said twice in an object',
    bad: 'export const of = (row: number): object => ({ row: row });',
    good: 'export const of = (row: number): object => ({ row });',
  },
  {
    rule: 'no-useless-rename',
    claim: 'a name said twice in a pattern',
    bad: 'export const of = ({ row: row }: { row: number }): number => row;',
    good: 'export const of = ({ row }: { row: number }): number => row;',
  },
  {
    rule: 'no-duplicate-imports',
    claim: 'one module imported twice',
    bad: "import { join } from 'node:path';\nimport { dirname } from 'node:path';\nexport const up = join(dirname('/a/b'), 'c');",
    good: "import { dirname, join } from 'node:path';\nexport const up = join(dirname('/a/b'), 'c');",
  },
];

const functionOf = (lineCount: number): string =>
  `export function run(counts: number[]): void {\n${lines(lineCount - 2, '  counts.push(1);')}\n}`;

const BRANCHES = 'abcdefghijklm'.split('');
const branching = (count: number): string =>
  `export function pick(text: string): number {\n${BRANCHES.slice(0, count)
    .map((letter, index) => `  if (text === '${letter}') return ${index};`)
    .join('\n')}\n  return -1;\n}`;

const nested = (depth: number): string =>
  `export function look(rows: boolean[]): void {\n${lines(depth, '  if (rows.pop() === true) {')}
  rows.push(true);\n${lines(depth, '  }')}\n}`;

const testOf = (lineCount: number): string =>
  `  it('counts', () => {\n${lines(lineCount - 2, '    expect(1).toBe(1);')}\n  });`;
const suiteOf = (test: string): string =>
  `import { describe, expect, it } from 'vitest';\ndescribe('counts', () => {\n${test}\n${test}\n});`;

const SIZES: readonly LintCase[] = [
  {
    rule: 'max-lines',
    claim: 'a file of 401 lines, comments and blank lines counted',
    bad: `// first\n${lines(200, '// why')}\n${lines(199, '')}\nexport {};`,
    good: `// first\n${lines(199, '// why')}\n${lines(199, '')}\nexport {};`,
  },
  {
    rule: 'max-lines-per-function',
    claim: 'a function of 61 lines',
    bad: functionOf(61),
    good: functionOf(60),
  },
  {
    rule: 'tests/max-lines-per-function',
    claim: 'a test of 61 lines, though describe may be longer',
    bad: suiteOf(testOf(61)),
    good: suiteOf(testOf(60)),
    folder: 'test/jobs',
  },
  {
    rule: '@typescript-eslint/max-params',
    claim: 'a fourth parameter',
    bad: 'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d;',
    good: 'export const sum = (a: number, b: number, c: number): number => a + b + c;',
  },
  { rule: 'max-depth', claim: 'four levels deep', bad: nested(4), good: nested(3) },
  { rule: 'complexity', claim: '13 ways through', bad: branching(12), good: branching(11) },
];

/** A use of something that belongs to one file alone; `globals` of no module, or by name. */
const use = (options: { rule: string; claim: string; bad: string; good?: string }): LintCase => ({
  good: 'export const kept = 1;',
  ...options,
});

const PROCESS: readonly LintCase[] = [
  ...["env['HOME']", 'argv', 'exitCode', 'execArgv'].map((member) =>
    use({
      rule: 'no-restricted-properties',
      claim: `process.${member}`,
      bad: `export const kept: unknown = process.${member};`,
      good: 'export const kept: unknown = process.pid;',
    }),
  ),
  use({
    rule: 'no-restricted-properties',
    claim: 'process.exit',
    bad: 'process.exit(1);\nexport {};',
  }),
  use({
    rule: 'no-restricted-properties',
    claim: 'the environment taken out of process',
    bad: 'export const { env } = process;',
  }),
  use({
    rule: 'no-restricted-imports',
    claim: 'process by import',
    bad: "import { argv } from 'node:process';\nexport const kept = argv;",
  }),
  use({
    rule: 'no-restricted-imports',
    claim: 'process by import without its prefix',
    bad: "import process from 'process';\nexport const kept = process.pid;",
  }),
];

const TIMERS: readonly LintCase[] = [
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name) =>
    use({
      rule: 'no-restricted-globals',
      claim: name,
      bad: `${name}(() => undefined, 1);\nexport {};`,
    }),
  ),
  ...['node:timers', 'node:timers/promises', 'timers/promises'].map((name) =>
    use({
      rule: 'no-restricted-imports',
      claim: name,
      bad: `import { setTimeout as sleep } from '${name}';\nexport const kept = sleep;`,
    }),
  ),
  use({
    rule: 'no-restricted-properties',
    claim: 'AbortSignal.timeout',
    bad: 'export const kept = AbortSignal.timeout(1);',
  }),
  use({
    rule: 'no-restricted-properties',
    claim: 'Date.now',
    bad: 'export const kept = Date.now();',
    good: "export const kept = Date.parse('2026-01-01');",
  }),
  use({
    rule: 'no-restricted-syntax',
    claim: 'new Date() without arguments',
    bad: 'export const kept = new Date();',
    good: 'export const kept = new Date(0);',
  }),
  use({ rule: 'no-restricted-syntax', claim: 'Date()', bad: 'export const kept = Date();' }),
  use({
    rule: 'no-restricted-globals',
    claim: 'performance.now',
    bad: 'export const kept = performance.now();',
  }),
  use({
    rule: 'no-restricted-imports',
    claim: 'performance by import',
    bad: "import { performance as watch } from 'node:perf_hooks';\nexport const kept = watch.now();",
  }),
  use({
    rule: 'no-restricted-properties',
    claim: 'process.hrtime',
    bad: 'export const kept = process.hrtime.bigint();',
  }),
];

const CHANCE: readonly LintCase[] = [
  use({
    rule: 'no-restricted-properties',
    claim: 'Math.random',
    bad: 'export const kept = Math.random();',
    good: 'export const kept = Math.max(1, 2);',
  }),
  ...['randomBytes', 'randomUUID', 'randomInt', 'webcrypto'].map((name) =>
    use({
      rule: 'no-restricted-imports',
      claim: `${name} by import`,
      bad: `import { ${name} } from 'node:crypto';\nexport const kept = ${name};`,
      good: "import { createHash } from 'node:crypto';\nexport const kept = createHash;",
    }),
  ),
  use({
    rule: 'no-restricted-imports',
    claim: 'all of crypto at once',
    bad: "import * as crypto from 'node:crypto';\nexport const kept = crypto.createHash;",
  }),
  use({
    rule: 'no-restricted-imports',
    claim: 'crypto by import without its prefix',
    bad: "import { randomUUID } from 'crypto';\nexport const kept = randomUUID;",
  }),
  use({
    rule: 'no-restricted-properties',
    claim: 'crypto.randomUUID of the global',
    bad: 'export const kept = crypto.randomUUID();',
  }),
  use({
    rule: 'no-restricted-imports',
    claim: 'nanoid',
    bad: "import { nanoid } from 'nanoid';\nexport const kept = nanoid;",
  }),
];

const DETOURS: readonly LintCase[] = [
  ...['globalThis', 'global'].map((name) =>
    use({
      rule: 'no-restricted-globals',
      claim: `a timer through ${name}`,
      bad: `${name}.setTimeout(() => undefined, 1);\nexport {};`,
    }),
  ),
  use({
    rule: 'no-restricted-syntax',
    claim: 'a timer by dynamic import',
    bad: "export const kept = import('node:timers/promises');",
    good: "export const kept = import('node:path');",
  }),
  use({
    rule: 'no-restricted-globals',
    claim: 'fetch, which no import rule sees',
    bad: "export const kept = fetch('https://example.com');",
  }),
];

export const LINT_CASES: readonly LintCase[] = [
  ...PROMISES,
  ...TYPES,
  ...FORM,
  ...SIZES,
  ...PROCESS,
  ...TIMERS,
  ...CHANCE,
  ...DETOURS,
];
