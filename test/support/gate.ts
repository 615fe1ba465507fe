/**
 * What the repository demands of itself beyond what linters know: each rule is a pure function from
 * what was found to a list of faults, empty when all is well. test/tidy calls them on the real
 * repository, test/gate on violations.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

export interface RepositoryFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file below `folder` with one of these endings, in order of path. */
export function readFiles(options: {
  root: string;
  folder: string;
  endings: readonly string[];
}): RepositoryFile[] {
  return readdirSync(path.join(options.root, options.folder), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((name) => options.endings.some((ending) => name.endsWith(ending)))
    .map((name) => path.posix.join(options.folder, name.split(path.sep).join('/')))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(path.join(options.root, name), 'utf8') }));
}

/** True when nothing of the file is left once types are erased: there is nothing to run, or to test. */
export function hasOnlyTypes(text: string): boolean {
  const emitted = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      removeComments: true,
      verbatimModuleSyntax: true,
    },
  });
  return emitted.outputText.replaceAll(/export \{\s*\};/g, '').trim() === '';
}

/** Lines up to which a source file may be tested by topic, together with its neighbours. */
const UNMIRRORED_LINES_MAX = 60;

function lineCount({ text }: RepositoryFile): number {
  return text.split('\n').length - 1;
}

/** Source files over 60 lines without the test file that mirrors them. */
export function missingMirrorTests(
  sources: readonly RepositoryFile[],
  testPaths: ReadonlySet<string>,
): string[] {
  return sources
    .filter((source) => lineCount(source) > UNMIRRORED_LINES_MAX && !hasOnlyTypes(source.text))
    .map((source) => source.path.replace(/^src\//, 'test/').replace(/\.ts$/, ''))
    .filter(
      (place) => !testPaths.has(`${place}.test.ts`) && !testPaths.has(`${place}.slow.test.ts`),
    )
    .map((place) => `${place}.test.ts is missing`);
}

const FOLDER_FILES_MAX = 20;
/** One file a tool is the design of that folder. */
const FOLDERS_WITHOUT_LIMIT = new Set(['src/tools']);

/** Folders that hold too many files to be read as a list. */
export function crowdedFolders(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of paths) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([folder, count]) => count > FOLDER_FILES_MAX && !FOLDERS_WITHOUT_LIMIT.has(folder))
    .map(([folder, count]) => `${folder} holds ${count} files`);
}

/** Places of `src` that the map of ARCHITECTURE.md lacks or names without reason; rooms are named after their folder. */
export function mapFaults(map: string, paths: readonly string[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const file of paths) {
    const [, top = '', room = '', ...rest] = file.split('/');
    const isFile = room === '';
    const rooms = places.get(isFile ? `src/${top}` : `src/${top}/`) ?? new Set();
    if (rest.length > 0) rooms.add(room);
    places.set(isFile ? `src/${top}` : `src/${top}/`, rooms);
  }
  const lines = map.split('\n').filter((line) => line.startsWith('src/'));
  const named = new Map(lines.map((line) => [line.split(' ')[0] ?? '', line]));
  const missing = [...places].flatMap(([place, rooms]) => {
    const line = named.get(place);
    if (line === undefined) return [`the map lacks ${place}`];
    const lost = [...rooms].filter((room) => !line.includes(` ${room}/`));
    return lost.map((room) => `the map lacks ${place}${room}/`);
  });
  const gone = [...named.keys()].filter((place) => !places.has(place));
  return [...missing, ...gone.map((place) => `the map names ${place}, which is not there`)];
}

// Not `process`: an in-process queue and a spawned process are what they are called.
const AVOIDED_WORDS =
  /(^|[-.])(data|info|utils?|helpers?|manager|handler|common|base|misc)([-.]|$)/;

/** File names that are not kebab-case, or hold a word that says nothing. */
export function badFileNames(paths: readonly string[]): string[] {
  return paths.flatMap((file) => {
    const name = path.posix.basename(file);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(name)) return [`${file} is not kebab-case`];
    return AVOIDED_WORDS.test(name) ? [`${file} has a name that says nothing`] : [];
  });
}

export interface ToolFacts {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: {
    readonly readOnlyHint?: unknown;
    readonly destructiveHint?: unknown;
    readonly idempotentHint?: unknown;
    readonly openWorldHint?: unknown;
  };
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

/** What a tool must say about itself. */
export function toolFaults(tool: ToolFacts): string[] {
  const { annotations } = tool;
  const demands: readonly (readonly [boolean, string])[] = [
    [/^[a-z]+(_[a-z]+)*$/.test(tool.name), 'has a name that is not snake_case'],
    [tool.title.trim() !== '', 'has no title'],
    [tool.description.trim() !== '', 'has no description'],
    ...HINTS.map((hint) => [typeof annotations[hint] === 'boolean', `lacks ${hint}`] as const),
    [
      !(annotations.readOnlyHint === true && annotations.destructiveHint !== false),
      'reads only and is destructive',
    ],
    [tool.inputSchema instanceof z.ZodType, 'has no input schema'],
    [tool.outputSchema instanceof z.ZodType, 'has no output schema'],
  ];
  return demands.filter(([isMet]) => !isMet).map(([, fault]) => `${tool.name} ${fault}`);
}

/** One tool: one file in src/tools and one generated schema, both named after it. */
export function missingToolFiles(
  toolNames: readonly string[],
  paths: ReadonlySet<string>,
): string[] {
  return toolNames
    .flatMap((name) => [`src/tools/${name.replaceAll('_', '-')}.ts`, `schemas/tools/${name}.json`])
    .filter((file) => !paths.has(file))
    .map((file) => `${file} is missing`);
}

/** Names that more than one tool carries. */
export function repeatedNames(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** About four characters a token, the estimate of the contract. */
export function tokensOf(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

function parse(file: RepositoryFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
}

function usedLimit(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    return /limits$/i.test(node.expression.getText()) ? node.name.text : null;
  }
  if (!ts.isBindingElement(node) || !ts.isVariableDeclaration(node.parent.parent)) return null;
  const bound = node.propertyName ?? node.name;
  const from = node.parent.parent.initializer?.getText() ?? '';
  return /limits$/i.test(from) ? bound.getText() : null;
}

/** Limits that no source file reads; a mention in a comment or a text is no use. */
export function unusedLimits(
  limitNames: readonly string[],
  sources: readonly RepositoryFile[],
): string[] {
  const used = new Set<string>();
  for (const source of sources) {
    if (source.path === 'src/core/limits.ts') continue;
    for (const node of nodesOf(parse(source))) used.add(usedLimit(node) ?? '');
  }
  return limitNames.filter((name) => !used.has(name)).map((name) => `LIMITS.${name} is not used`);
}

const RESOURCE_NAMES = new Set(['customer', 'product', 'invoice', 'supplier']);

/** Where a resource may be named in a literal, and why. */
export const RESOURCE_LITERALS_ALLOWED: readonly { readonly path: string; readonly why: string }[] =
  [
    { path: 'src/resources/', why: 'each file declares one' },
    { path: 'src/tools/', why: 'the enumerations and names that callers see' },
    { path: 'src/sandbox/', why: 'an imitation of Billy, which has these words itself' },
    { path: 'src/billy/types.ts', why: "Billy's own singular roots happen to be the same words" },
  ];

/** String literals that name a resource outside the places above. */
export function strayResourceLiterals(sources: readonly RepositoryFile[]): string[] {
  return sources
    .filter(
      (source) => !RESOURCE_LITERALS_ALLOWED.some((place) => source.path.startsWith(place.path)),
    )
    .flatMap((source) => {
      const tree = parse(source);
      return [...nodesOf(tree)]
        .filter((node) => ts.isStringLiteralLike(node) && RESOURCE_NAMES.has(node.text))
        .map((node) => {
          const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
          return `${source.path}:${line + 1} names ${node.getText()}`;
        });
    });
}

const ROOT_DOCUMENTS = new Set(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']);

/** Markdown in the root beyond the four documents. */
export function strayDocuments(rootNames: readonly string[]): string[] {
  return rootNames.filter(
    (name) => /\.(md|mdx|markdown)$/i.test(name) && !ROOT_DOCUMENTS.has(name),
  );
}

const PackageFile = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

/** Dependencies whose version is a range: a fresh clone would get another program. */
export function loosePins(packageJson: string): string[] {
  const { dependencies, devDependencies } = PackageFile.parse(JSON.parse(packageJson));
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`);
}

/** True when the lock file names the host that a package came from, which only holds on one machine. */
export function namesHosts(packageLock: string): boolean {
  return packageLock.includes('"resolved"');
}

/** The steps of the gate and the words their commands cannot do without. */
const GATE_STEPS: Readonly<Record<string, readonly string[]>> = {
  'check:types': ['tsc -p tsconfig.json'],
  'check:lint': ['eslint', '--max-warnings 0', ' .'],
  'check:format': ['prettier --check .'],
  'check:layers': ['depcruise', 'src', 'test', 'scripts'],
  'check:unused': ['knip'],
  'check:generated': ['scripts/generate.ts --check'],
  'check:tidy': ['vitest run --config vitest.tidy.config.ts'],
};

/** Steps of the gate that `npm run check` does not run, or that no longer check what they did. */
export function missingGateSteps(packageJson: string): string[] {
  const { scripts } = PackageFile.parse(JSON.parse(packageJson));
  const run = (scripts['check'] ?? '').split('&&').map((part) => part.trim());
  return Object.entries(GATE_STEPS).flatMap(([step, words]) => {
    if (!run.includes(`npm run ${step}`)) return [`npm run check does not run ${step}`];
    const command = scripts[step] ?? '';
    if (/[|;]/.test(command)) return [`${step} goes on after a failure`];
    return words.filter((word) => !command.includes(word)).map((word) => `${step} lacks ${word}`);
  });
}

const CI_STEPS = [
  'set -euo pipefail',
  'npm ci',
  'npm run check',
  'export COVERAGE=1',
  'npm test',
  'npm run test:slow',
];

/** What .ci/run does not run, or not in this order. */
export function missingCiSteps(script: string): string[] {
  const lines = script.split('\n').map((line) => line.trim());
  const places = CI_STEPS.map((step) => lines.indexOf(step));
  return CI_STEPS.filter((_, index) => (places[index] ?? -1) <= (places[index - 1] ?? -1));
}

export interface SizeReport {
  readonly median: number;
  readonly percentile90: number;
  readonly largest: number;
}

/** Lines per file: the middle, the 90th percentile and the largest; zeros for no files. */
export function sizesOf(files: readonly RepositoryFile[]): SizeReport {
  const lines = files.map(lineCount).sort((left, right) => left - right);
  const at = (share: number): number =>
    lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
  return { median: at(0.5), percentile90: at(0.9), largest: lines.at(-1) ?? 0 };
}
