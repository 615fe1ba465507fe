// Proof that every rule about imports makes `npm run check:layers` red.
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorkspace, repositoryRoot, type Ran, type Workspace } from './workspace.js';

interface ImportCase {
  readonly rule: string;
  /** The importing file and what it imports, a file of the workspace or a package. */
  readonly from: string;
  readonly to: string;
}

const Config = z.object({
  forbidden: z.array(z.object({ name: z.string(), comment: z.string(), severity: z.string() })),
});
type Found = Map<string, string[]>;

const config = Config.parse(
  createRequire(import.meta.url)(path.join(repositoryRoot, '.dependency-cruiser.cjs')),
);

/** Files to point at; main reaches them all, so that none is an orphan. */
const PLACES = [
  'src/core/it.ts',
  'src/model/it.ts',
  'src/billy/it.ts',
  'src/files/it.ts',
  'src/store/it.ts',
  'src/queue/it.ts',
  'src/config.ts',
  'src/resources/it.ts',
  'src/jobs/job/it.ts',
  'src/tools/it.ts',
  'src/server/it.ts',
  'src/dashboard/it.ts',
  'src/app.ts',
  'src/sandbox/it.ts',
  'src/organizations/it.ts',
  'src/wiring/it.ts',
  'src/notices/it.ts',
  'src/settings/it.ts',
  'src/doctor/it.ts',
  'src/cli/it.ts',
];

/** Where a file of the folder may lie: jobs has no face of its own. */
const homeOf = (folder: string): string => (folder === 'jobs' ? 'jobs/job' : folder);

const layer = (name: string, ...targets: string[]): ImportCase[] =>
  targets.map((to) => ({
    rule: `layer-${name}`,
    from: `src/${homeOf(name)}/to-${path.parse(to).dir.slice(4).replaceAll('/', '-')}.ts`,
    to,
  }));

const BILLY = 'src/billy/it.ts';
const STORE = 'src/store/it.ts';
const JOBS = 'src/jobs/job/it.ts';

/** Up a level, and sideways. */
const LAYERS: readonly ImportCase[] = [
  ...layer('core', 'src/model/it.ts', BILLY, JOBS),
  ...layer('model', BILLY, STORE),
  ...layer('billy', 'src/files/it.ts', STORE, 'src/resources/it.ts', JOBS),
  ...layer('files', BILLY, 'src/resources/it.ts'),
  ...layer('store', 'src/queue/it.ts', BILLY, JOBS),
  ...layer('queue', STORE, JOBS),
  ...layer('resources', JOBS, 'src/tools/it.ts', 'src/organizations/it.ts'),
  ...layer('organizations', JOBS, 'src/resources/it.ts'),
  ...layer('jobs', 'src/tools/it.ts', 'src/server/it.ts'),
  ...layer('tools', 'src/server/it.ts', 'src/wiring/it.ts'),
  ...layer('wiring', 'src/tools/it.ts', 'src/doctor/it.ts'),
  ...layer('notices', 'src/tools/it.ts', 'src/server/it.ts'),
  ...layer('settings', 'src/model/it.ts', STORE),
  ...layer('server', 'src/dashboard/it.ts'),
  ...layer('dashboard', 'src/server/it.ts'),
  { rule: 'layer-store', from: 'src/store/to-config.ts', to: 'src/config.ts' },
  { rule: 'layer-server', from: 'src/server/to-app.ts', to: 'src/app.ts' },
  ...['tools', 'server'].flatMap((folder) =>
    ['store', 'files'].map((to) => ({
      rule: 'callers-ask-the-service',
      from: `src/${folder}/to-${to}.ts`,
      to: `src/${to}/it.ts`,
    })),
  ),
  { rule: 'sandbox-imports-only-core', from: 'src/sandbox/to-billy.ts', to: BILLY },
  { rule: 'no-test-code-in-src', from: 'src/jobs/job/to-test.ts', to: 'test/support/it.ts' },
  { rule: 'no-test-code-in-src', from: 'src/jobs/job/to-scripts.ts', to: 'scripts/it.ts' },
];

/** The rooms of each folder, lowest first; those of one level stand together. `.` is its face. */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  jobs: [
    ['job'],
    ['filter'],
    ['scan'],
    ['snapshot'],
    ['export'],
    ['plan'],
    ['settle'],
    ['send'],
    ['rollback'],
    ['engine'],
    ['upload'],
    ['service'],
    ['front'],
    ['admin'],
  ],
  store: [['ports'], ['.'], ['sql'], ['sqlite']],
  billy: [['.'], ['throttle'], ['http']],
  files: [['disk'], ['store'], ['encoding'], ['cells'], ['csv', 'json', 'xlsx'], ['.']],
  resources: [['presets'], ['headers'], ['definition'], ['contact', 'product'], ['invoice'], ['.']],
  sandbox: [['world'], ['rules'], ['faults'], ['seed'], ['api'], ['account'], ['http'], ['.']],
  server: [['.'], ['mcp', 'live'], ['rest'], ['http']],
};

const roomFile = (folder: string, room: string, name: string): string =>
  path.posix.join('src', folder, room, `${name}.ts`);

/** Each room imports one of its own level, or else of the next one. */
const ROOM_ARROWS: readonly ImportCase[] = Object.entries(ROOMS).flatMap(([folder, levels]) =>
  levels.flatMap((rooms, level) =>
    rooms.flatMap((room) => {
      const target = rooms.find((other) => other !== room) ?? levels[level + 1]?.[0];
      if (target === undefined) return [];
      const rule = `room-${folder}-${room === '.' ? 'face' : room}`;
      const from = roomFile(folder, room, 'to-the-next-room');
      return [{ rule, from, to: roomFile(folder, target, 'it') }];
    }),
  ),
);
const ROOM_PLACES = Object.entries(ROOMS).flatMap(([folder, levels]) =>
  levels.flat().map((room) => roomFile(folder, room, 'it')),
);

const packages = (rule: string, folder: string, ...names: string[]): ImportCase[] =>
  names.map((to) => ({
    rule,
    from: `src/${homeOf(folder)}/to-${to.replaceAll(/\W+/g, '-')}.ts`,
    to,
  }));

const PACKAGES: readonly ImportCase[] = [
  ...packages('sdk-only-in-server', 'tools', '@modelcontextprotocol/server'),
  ...packages('database-only-in-store', 'jobs', 'better-sqlite3', 'kysely'),
  ...packages('promise-queue-only-in-queue-and-throttle', 'jobs', 'p-queue'),
  ...packages('http-client-only-in-billy', 'jobs', 'undici', 'bottleneck'),
  ...packages('mail-only-in-notices', 'jobs', 'nodemailer'),
  ...packages('formats-only-in-files', 'resources', 'saxes', 'yauzl', 'yazl'),
  ...packages('http-only-in-server-and-sandbox', 'billy', 'node:http', 'https', 'node:http2'),
  ...packages('no-dev-dependency-in-src', 'jobs', 'fast-check'),
];

/** Not installed, yet or any more: the rule must know them on the day they are, and they cannot be found today. */
const ABSENT = [
  ...packages('database-only-in-store', 'jobs', 'pg'),
  ...packages('queue-library-only-in-queue', 'jobs', 'bullmq', 'ioredis'),
];

const OWNERS: readonly (readonly [string, string])[] = [
  ['src/server/sdk.ts', '@modelcontextprotocol/server'],
  ['src/store/sqlite.ts', 'better-sqlite3'],
  ['src/store/sql.ts', 'kysely'],
  ['src/queue/in-process.ts', 'p-queue'],
  ['src/billy/throttle/turns.ts', 'p-queue'],
  ['src/billy/http/transport.ts', 'undici'],
  ['src/server/http/issuer.ts', 'undici'],
  ['src/files/xlsx.ts', 'saxes'],
  ['src/server/http.ts', 'node:http'],
  ['src/sandbox/http.ts', 'node:http'],
];

/** Every arrow that points down. */
const ALLOWED: readonly (readonly [string, string])[] = [
  ['src/billy/down.ts', 'src/core/it.ts'],
  ['src/sandbox/down.ts', 'src/core/it.ts'],
  ['src/resources/down.ts', 'src/files/it.ts'],
  ['src/jobs/job/down.ts', 'src/resources/it.ts'],
  ['src/tools/down.ts', JOBS],
  ['src/server/down.ts', 'src/tools/it.ts'],
  ['test/e2e/down.ts', 'src/sandbox/it.ts'],
  ['scripts/down.ts', 'src/sandbox/it.ts'],
  ...OWNERS,
];

const EVERY_PLACE = [...new Set([...PLACES, ...ROOM_PLACES])];

function importLine(from: string, to: string): string {
  const isFile = /^(src|test|scripts)\//.test(to);
  const relative = path.posix.relative(path.posix.dirname(from), to).replace(/\.ts$/, '.js');
  const specifier = isFile ? (relative.startsWith('.') ? relative : `./${relative}`) : to;
  return `import type * as it from '${specifier}';\nexport type It = typeof it;\n`;
}

const leaf = 'export const it = 1;\n';
const textsOf = (arrows: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(arrows.map(([from, to]) => [from, importLine(from, to)]));

/** A program in which main reaches every file. */
function program(arrows: readonly (readonly [string, string])[]): Record<string, string> {
  const reached = [...EVERY_PLACE, ...arrows.map(([from]) => from)].filter((file) =>
    file.startsWith('src/'),
  );
  return {
    ...Object.fromEntries(EVERY_PLACE.map((file) => [file, leaf])),
    'test/support/it.ts': leaf,
    'scripts/it.ts': leaf,
    ...textsOf(arrows),
    'src/main.ts': reached
      .map((file) => `import '${file.replace('src/', './').replace(/ts$/, 'js')}';\n`)
      .join(''),
  };
}

interface FileCase {
  /** Every rule that must speak, in order. */
  readonly rules: readonly string[];
  readonly file: string;
  readonly text: string;
}

const fileCase = (rules: string[], file: string, to: string): FileCase => ({
  rules,
  file,
  text: importLine(file, to),
});

/** What no arrow of its own shows: single files, circles, and what main does not reach. */
const FILES: readonly FileCase[] = [
  fileCase(['layer-app', 'no-circular'], 'src/app.ts', 'src/main.ts'),
  fileCase(['layer-cli', 'no-dead-source'], 'src/cli/to-main.ts', 'src/main.ts'),
  fileCase(['layer-doctor', 'no-dead-source'], 'src/doctor/doctor.ts', 'src/app.ts'),
  fileCase(['layer-wiring', 'no-dead-source'], 'src/wiring/token.ts', 'src/server/it.ts'),
  fileCase(['layer-config'], 'src/config.ts', STORE),
  fileCase(['no-circular', 'no-dead-source'], 'src/jobs/job/left.ts', 'src/jobs/job/right.ts'),
  fileCase(['no-dead-source'], 'src/jobs/job/right.ts', 'src/jobs/job/left.ts'),
  { rules: ['no-dead-source', 'no-orphans'], file: 'src/jobs/job/orphan.ts', text: leaf },
  fileCase(['no-dead-source'], 'src/jobs/job/unreached.ts', 'src/core/it.ts'),
  fileCase(
    ['no-dead-source', 'no-unresolvable'],
    'src/jobs/job/lost.ts',
    'src/jobs/job/nowhere.ts',
  ),
  ...Object.keys(ROOMS).map((folder) =>
    fileCase(
      ['no-dead-source', `every-room-of-${folder}-has-a-level`].sort(),
      `src/${folder}/elsewhere/it.ts`,
      'src/core/it.ts',
    ),
  ),
  fileCase(['every-place-has-a-level', 'no-dead-source'], 'src/plugins/it.ts', 'src/core/it.ts'),
  fileCase(
    ['layer-jobs', 'no-dead-source', 'sandbox-imported-only-by-cli'],
    'src/jobs/job/to-sandbox.ts',
    'src/sandbox/it.ts',
  ),
];

const workspaces: Workspace[] = [];

// As `check:layers` prints them: `error <rule>: <file> → <what it imports>`.
const VIOLATION = /^ *error ([\w-]+): (\S+)/gm;

async function cruise(files: Record<string, string>): Promise<[Ran, Found]> {
  const workspace = createWorkspace({ files });
  workspaces.push(workspace);
  const ran = await workspace.run('check:layers');
  const found: Found = new Map();
  for (const [, rule = '', from = ''] of ran.stdout.matchAll(VIOLATION)) {
    found.set(from, [...(found.get(from) ?? []), rule].sort());
  }
  return [ran, found];
}

let broken: [Ran, Found];
let correct: [Ran, Found];
let files: Found;

beforeAll(async () => {
  const arrows = [...LAYERS, ...ROOM_ARROWS, ...PACKAGES, ...ABSENT].map(
    (row) => [row.from, row.to] as const,
  );
  broken = await cruise(program(arrows));
  correct = await cruise(program(ALLOWED));
  const texts = Object.fromEntries(FILES.map((row) => [row.file, row.text]));
  [, files] = await cruise({ ...program([]), ...texts });
});

afterAll(() => {
  for (const workspace of workspaces) workspace.remove();
});

describe('npm run check:layers', () => {
  it('ends red, and green when every arrow points down', () => {
    expect(broken[0].exitCode).toBeGreaterThan(0);
    expect([...correct[1]]).toEqual([]);
    expect(correct[0].exitCode).toBe(0);
  });

  it.each([...LAYERS, ...ROOM_ARROWS, ...PACKAGES])(
    '$rule refuses $from -> $to',
    ({ rule, from }) => {
      expect(broken[1].get(from)).toEqual([rule]);
    },
  );

  it.each(ABSENT)('$rule knows $to, which is not installed', ({ rule, from }) => {
    expect(broken[1].get(from)).toContain(rule);
  });

  it.each(FILES)('$rules refuse $file', ({ rules, file }) => {
    expect(files.get(file)).toEqual(rules);
  });

  it('has a proof and a reason for every rule', () => {
    const proven = [
      ...[...LAYERS, ...ROOM_ARROWS, ...PACKAGES, ...ABSENT].map((row) => row.rule),
      ...FILES.flatMap((row) => row.rules),
    ];
    expect([...new Set(proven)].sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
    expect(config.forbidden.filter((rule) => !/^[A-Z].{20,}\.$/.test(rule.comment))).toEqual([]);
    expect(config.forbidden.filter((rule) => rule.severity !== 'error')).toEqual([]);
  });
});
