// Proof that each rule of the tidy test speaks when it is broken, and is silent otherwise.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  badFileNames,
  crowdedFolders,
  hasOnlyTypes,
  loosePins,
  mapFaults,
  missingCiSteps,
  missingGateSteps,
  missingMirrorTests,
  missingToolFiles,
  namesHosts,
  repeatedNames,
  sizesOf,
  strayDocuments,
  strayResourceLiterals,
  tokensOf,
  toolFaults,
  unusedLimits,
  type ToolFacts,
} from '../support/gate.js';

const file = (path: string, text: string): { path: string; text: string } => ({ path, text });
const LEAF = 'export const it = 1;\n';
const LONG = LEAF.repeat(61);

describe('mirror tests', () => {
  it('are missed for source that runs', () => {
    const sources = [file('src/jobs/send/run.ts', LONG), file('src/app.ts', LONG)];
    expect(missingMirrorTests(sources, new Set(['test/app.test.ts']))).toEqual([
      'test/jobs/send/run.test.ts is missing',
    ]);
  });

  it.each([
    ['interfaces', 'export interface Row {\n  name: string;\n}\n'],
    ['type imports', "import type { Row } from './row.js';\nexport type Rows = Row[];\n"],
    ['type exports', "export type { Row } from './row.js';\n"],
    ['comments', '/** What a row is. */\nexport type Row = string;\n'],
  ])('are not missed for %s', (_claim, text) => {
    expect(hasOnlyTypes(text)).toBe(true);
    expect(missingMirrorTests([file('src/jobs/types.ts', text)], new Set())).toEqual([]);
  });

  it('are not missed for a short file, which its neighbours may test', () => {
    expect(missingMirrorTests([file('src/jobs/send/run.ts', LEAF.repeat(60))], new Set())).toEqual(
      [],
    );
  });

  it('are missed for a constant among types', () => {
    expect(hasOnlyTypes('export type Row = string;\nexport const ROWS = 1;\n')).toBe(false);
  });
});

describe('folders', () => {
  const files = (folder: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${folder}/a${index}.ts`);

  it('hold at most 20 files, tools excepted', () => {
    expect(crowdedFolders([...files('src/jobs/plan', 20), ...files('src/tools', 30)])).toEqual([]);
    expect(crowdedFolders(files('src/jobs/plan', 21))).toEqual(['src/jobs/plan holds 21 files']);
  });

  it('stand in the map, with their rooms', () => {
    const map = 'src/app.ts   root\nsrc/jobs/   plan/ rows to steps\nsrc/tools/  tools\n';
    const paths = ['src/app.ts', 'src/jobs/plan/plan.ts', 'src/tools/tool.ts'];
    expect(mapFaults(map, paths)).toEqual([]);
    expect(mapFaults(map, [...paths, 'src/jobs/send/run.ts', 'src/main.ts'])).toEqual([
      'the map lacks src/jobs/send/',
      'the map lacks src/main.ts',
    ]);
    expect(mapFaults(map, paths.slice(0, 2))).toEqual([
      'the map names src/tools/, which is not there',
    ]);
  });
});

describe('file names', () => {
  it.each(['src/jobs/RunJob.ts', 'src/jobs/run_job.ts', 'src/utils.ts', 'src/jobs/job-manager.ts'])(
    'refuse %s',
    (path) => {
      expect(badFileNames([path])).toHaveLength(1);
    },
  );

  it('accept kebab-case', () => {
    expect(badFileNames(['src/jobs/run-job.ts', 'test/jobs/run-job.test.ts'])).toEqual([]);
  });
});

const TOOL: ToolFacts = {
  name: 'get_bulk_job_status',
  title: 'Status',
  description: 'Says how far a job is.',
  annotations: {
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  inputSchema: z.object({}),
  outputSchema: z.object({}),
};

describe('tools', () => {
  it('are accepted when complete', () => {
    expect(toolFaults(TOOL)).toEqual([]);
  });

  it.each<[string, Partial<ToolFacts>]>([
    ['has a name that is not snake_case', { name: 'getStatus' }],
    ['has no title', { title: ' ' }],
    ['has no description', { description: '' }],
    ['has no input schema', { inputSchema: undefined }],
    ['has no output schema', { outputSchema: { type: 'object' } }],
    ['lacks readOnlyHint', { annotations: { ...TOOL.annotations, readOnlyHint: undefined } }],
    ['lacks destructiveHint', { annotations: { ...TOOL.annotations, destructiveHint: 'no' } }],
    ['lacks idempotentHint', { annotations: { ...TOOL.annotations, idempotentHint: null } }],
    ['lacks openWorldHint', { annotations: { ...TOOL.annotations, openWorldHint: undefined } }],
    [
      'reads only and is destructive',
      { annotations: { ...TOOL.annotations, destructiveHint: true } },
    ],
  ])('are refused: %s', (fault, change) => {
    const tool = { ...TOOL, ...change };
    expect(toolFaults(tool)).toContain(`${tool.name} ${fault}`);
  });

  it('are missed where they have no file or schema', () => {
    const paths = new Set(['src/tools/list-bulk-jobs.ts', 'schemas/tools/rollback_job.json']);
    expect(missingToolFiles(['list_bulk_jobs', 'rollback_job'], paths)).toEqual([
      'schemas/tools/list_bulk_jobs.json is missing',
      'src/tools/rollback-job.ts is missing',
    ]);
  });

  it('are counted twice under one name, and in tokens', () => {
    expect(repeatedNames(['a', 'b', 'a'])).toEqual(['a']);
    expect(tokensOf('x'.repeat(39_998))).toBe(10_000);
  });
});

describe('limits', () => {
  const unused = (text: string, path = 'src/jobs/send/run.ts'): string[] =>
    unusedLimits(['rowsMax'], [file(path, text)]);

  it.each(['LIMITS.rowsMax;', 'options.limits.rowsMax;', 'const { rowsMax: most } = LIMITS;'])(
    'are used by %s',
    (text) => {
      expect(unused(text)).toEqual([]);
    },
  );

  it.each(['// LIMITS.rowsMax', "'LIMITS.rowsMax';", 'rows.rowsMax;', 'const { rowsMax } = rows;'])(
    'are not used by %s',
    (text) => {
      expect(unused(text)).toEqual(['LIMITS.rowsMax is not used']);
    },
  );

  it('are not used by their own file', () => {
    expect(unused('LIMITS.rowsMax;', 'src/core/limits.ts')).toHaveLength(1);
  });
});

describe('resource names', () => {
  it.each(["const kind = 'customer';", 'const kind = `product`;', "type Kind = 'invoice';"])(
    'are refused in %s',
    (text) => {
      expect(strayResourceLiterals([file('src/jobs/send/run.ts', `\n${text}`)])).toEqual([
        expect.stringMatching(/^src\/jobs\/send\/run\.ts:2 names ['`]\w+['`]$/),
      ]);
    },
  );

  it('are at home where they are declared', () => {
    const text = "const kind = 'supplier';";
    const homes = ['src/resources/contact/supplier.ts', 'src/tools/it.ts', 'src/sandbox/it.ts'];
    expect(strayResourceLiterals(homes.map((path) => file(path, text)))).toEqual([]);
  });

  it('may stand in comments and longer texts', () => {
    const text = "// 'customer'\nconst text = 'a customer';";
    expect(strayResourceLiterals([file('src/jobs/send/run.ts', text)])).toEqual([]);
  });
});

describe('the root', () => {
  it('refuses a fifth document', () => {
    expect(strayDocuments(['README.md', 'CHANGELOG.md', 'STATUS.md', 'LICENSE'])).toEqual([
      'STATUS.md',
    ]);
  });

  it.each(['^1.2.3', '~1.2.3', '1.x', '*', 'latest', '>=1.0.0'])(
    'refuses the range %s',
    (range) => {
      const loose = JSON.stringify({
        dependencies: { zod: range },
        devDependencies: { knip: '1.2.3' },
      });
      expect(loosePins(loose)).toEqual([`zod is not pinned: ${range}`]);
      expect(loosePins(loose.replace(range, '1.2.3'))).toEqual([]);
    },
  );

  it('refuses hosts in the lock file', () => {
    expect(namesHosts('{"resolved":"https://registry.example/zod.tgz"}')).toBe(true);
    expect(namesHosts('{"version":"1.2.3"}')).toBe(false);
  });
});

const SCRIPTS: Readonly<Record<string, string>> = {
  check:
    'npm run check:types && npm run check:lint && npm run check:format && npm run check:layers && npm run check:unused && npm run check:generated && npm run check:tidy',
  'check:types': 'tsc -p tsconfig.json --noEmit',
  'check:lint': 'eslint --max-warnings 0 .',
  'check:format': 'prettier --check .',
  'check:layers': 'depcruise --config .dependency-cruiser.cjs src test scripts',
  'check:unused': 'knip',
  'check:generated': 'tsx scripts/generate.ts --check',
  'check:tidy': 'vitest run --config vitest.tidy.config.ts',
};
const STEPS = Object.keys(SCRIPTS).slice(1);

describe('the gate itself', () => {
  const missing = (change: Record<string, string>): string[] =>
    missingGateSteps(JSON.stringify({ scripts: { ...SCRIPTS, ...change } }));

  it('is complete as it is', () => {
    expect(missing({})).toEqual([]);
  });

  it.each(STEPS)('misses %s', (step) => {
    const check = (SCRIPTS['check'] ?? '').replace(`npm run ${step}`, 'true');
    expect(missing({ check })).toEqual([`npm run check does not run ${step}`]);
    expect(missing({ [step]: 'true' })).not.toEqual([]);
    expect(missing({ [step]: `${SCRIPTS[step] ?? ''} || true` })).toEqual([
      `${step} goes on after a failure`,
    ]);
  });

  it('misses what CI leaves out or does too early', () => {
    const ci = [
      'set -euo pipefail',
      'npm ci',
      'npm run check',
      'export COVERAGE=1',
      'npm test',
      'npm run test:slow',
    ];
    expect(missingCiSteps(ci.join('\n'))).toEqual([]);
    expect(missingCiSteps(ci.slice(0, 5).join('\n'))).toEqual(['npm run test:slow']);
    expect(missingCiSteps(ci.toReversed().join('\n'))).not.toEqual([]);
  });

  it('counts lines', () => {
    const files = [1, 2, 30].map((count) => file('src/it.ts', '\n'.repeat(count)));
    expect(sizesOf(files)).toEqual({ median: 2, percentile90: 30, largest: 30 });
    expect(sizesOf([])).toEqual({ median: 0, percentile90: 0, largest: 0 });
  });
});
