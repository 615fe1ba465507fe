// Proof that breaking a lint rule of STYLE.md section 7 makes `npm run check:lint` red.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LINT_CASES, type LintCase } from './lint-cases.js';
import { createWorkspace, type Ran, type Workspace } from './workspace.js';

const Report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

const PROCESS_USES = `export const argv = process.argv.length;
export const home = process.env['HOME'];
process.exitCode = 1;
process.exit();
`;
const CLOCK_USES = `import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
setTimeout(() => undefined, 1);
setInterval(() => undefined, 1);
setImmediate(() => undefined);
export const uses = [sleep, Date.now(), new Date(), performance.now(), Math.random()];
export const names = [randomBytes(1), randomUUID(), AbortSignal.timeout(1)];
`;
/** What belongs to one file is clean there, and in scripts and tests. */
const AT_HOME = {
  'src/main.ts': PROCESS_USES,
  'src/core/clock.ts': CLOCK_USES,
  'scripts/demo.ts': PROCESS_USES + CLOCK_USES,
  'test/jobs/clock.test.ts': PROCESS_USES + CLOCK_USES,
  'vitest.config.ts': 'export default {};\n',
};
/** The same uses, each in the other's place. */
const EXCHANGED = { 'src/main.ts': CLOCK_USES, 'src/core/clock.ts': PROCESS_USES };

const INLINE = 'src/jobs/inline.ts';
const INLINE_TEXT = '/* eslint-disable no-console */\nexport const count = 1;\n';

function fileOf(row: LintCase, twin: 'bad' | 'good'): string {
  return `${row.folder ?? 'src/jobs'}/case-${LINT_CASES.indexOf(row)}-${twin}.ts`;
}

const files = {
  ...AT_HOME,
  [INLINE]: INLINE_TEXT,
  ...Object.fromEntries(
    LINT_CASES.flatMap((row) => [
      [fileOf(row, 'bad'), row.bad],
      [fileOf(row, 'good'), row.good],
    ]),
  ),
};

const workspaces: Workspace[] = [];
let found = new Map<string, (string | null)[]>();
let exchanged = new Map<string, (string | null)[]>();
let ran: Ran;

async function lint(texts: Record<string, string>): Promise<[Ran, typeof found]> {
  const workspace = createWorkspace({ files: texts });
  workspaces.push(workspace);
  const result = await workspace.run('check:lint', '--format', 'json');
  const report = Report.parse(JSON.parse(result.stdout));
  return [
    result,
    new Map(
      report.map((file) => [
        file.filePath.slice(workspace.root.length + 1),
        [...new Set(file.messages.map((message) => message.ruleId ?? message.message))],
      ]),
    ),
  ];
}

beforeAll(async () => {
  [ran, found] = await lint(files);
  [, exchanged] = await lint(EXCHANGED);
});

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:lint', () => {
  it('ends red', () => {
    expect(ran.exitCode).toBe(1);
  });

  it.each(LINT_CASES)('$rule refuses $claim', (row) => {
    expect(found.get(fileOf(row, 'bad'))).toEqual([row.rule]);
    expect(found.get(fileOf(row, 'good'))).toEqual([]);
  });

  it.each(Object.keys(AT_HOME))('lets %s do what is its own', (file) => {
    expect(found.get(file)).toEqual([]);
  });

  it('keeps time out of main and the process out of the clock', () => {
    expect(exchanged.get('src/main.ts')).toEqual(
      expect.arrayContaining([
        'no-restricted-globals',
        'no-restricted-imports',
        'no-restricted-properties',
        'no-restricted-syntax',
      ]),
    );
    expect(exchanged.get('src/core/clock.ts')).toEqual(['no-restricted-properties']);
  });

  it('obeys no comment that switches a rule off', () => {
    expect(found.get(INLINE)).toEqual([expect.stringContaining('noInlineConfig')]);
  });
});
