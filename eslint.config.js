// The typed lint of STYLE.md section 7. test/gate proves that each rule here turns the check red.
import { defineConfig } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';

const banned = (object, properties, message) =>
  properties.map((property) => ({ object, property, message }));

/** What belongs to src/main.ts: everything else is handed its settings and returns its result. */
const PROCESS_MESSAGE = 'Environment, arguments and exit belong to src/main.ts.';
const PROCESS = {
  globals: [],
  properties: banned(
    'process',
    ['env', 'argv', 'argv0', 'execArgv', 'exit', 'exitCode', 'abort', 'loadEnvFile'],
    PROCESS_MESSAGE,
  ),
  imports: ['process', 'node:process'].map((name) => ({ name, message: PROCESS_MESSAGE })),
};

/** What belongs to src/core/clock.ts: injected, so that tests decide about time and chance. */
const CLOCK_MESSAGE = 'Timers, time and chance come from the injected Clock (src/core/clock.ts).';
const TIMER_NAMES = ['setTimeout', 'setInterval', 'setImmediate', 'performance'];
const CLOCK_MODULES = ['timers', 'timers/promises', 'perf_hooks'];
const CHANCE_NAMES = [
  'getRandomValues',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'webcrypto',
];
// An allow list, because a default or namespace import would carry the chance functions along.
const CRYPTO_ALLOWED = [
  ...['createHash', 'hash', 'createHmac', 'timingSafeEqual', 'Hash', 'Hmac'],
  // The caller gives key and IV, so nothing of chance comes in.
  ...['createCipheriv', 'createDecipheriv'],
];
const CLOCK = {
  globals: TIMER_NAMES.map((name) => ({ name, message: CLOCK_MESSAGE })),
  properties: [
    ...banned('Date', ['now'], CLOCK_MESSAGE),
    ...banned('Math', ['random'], CLOCK_MESSAGE),
    ...banned('crypto', CHANCE_NAMES, CLOCK_MESSAGE),
    ...banned('AbortSignal', ['timeout'], CLOCK_MESSAGE),
    ...banned('process', ['hrtime', 'uptime'], CLOCK_MESSAGE),
  ],
  imports: [
    ...CLOCK_MODULES.flatMap((name) => [name, `node:${name}`]).map((name) => ({
      name,
      message: CLOCK_MESSAGE,
    })),
    ...['crypto', 'node:crypto'].map((name) => ({
      name,
      allowImportNames: CRYPTO_ALLOWED,
      message: CLOCK_MESSAGE,
    })),
    { name: 'nanoid', message: CLOCK_MESSAGE },
  ],
};
const CLOCK_SYNTAX = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK_MESSAGE },
  { selector: "CallExpression[callee.name='Date']", message: CLOCK_MESSAGE },
];

/** Ways around the lists above. */
const DETOUR_GLOBALS = ['globalThis', 'global'].map((name) => ({
  name,
  message: 'The global object goes around the import and clock rules.',
}));
const HTTP_GLOBALS = ['fetch', 'WebSocket', 'EventSource'].map((name) => ({
  name,
  message: 'Only src/billy speaks HTTP, and it imports its client.',
}));
const DETOUR_SYNTAX = [
  {
    selector:
      'ImportExpression[source.value=/^(node:)?(process|timers|timers\\u002fpromises|perf_hooks|crypto|module)$/]',
    message: 'Import this statically, so that the rules see it.',
  },
];

/** For every file. */
const NO_BANG = {
  selector: ':matches(VariableDeclarator, PropertyDefinition)[definite=true]',
  message: 'No `!`: give it a value, or say in the type that it may be absent.',
};

/** The rules that differ by file in src, written from the lists that hold there. */
function sourceRules({ areas, syntax }) {
  return {
    'no-restricted-globals': [
      'error',
      ...DETOUR_GLOBALS,
      ...HTTP_GLOBALS,
      ...areas.flatMap((area) => area.globals),
    ],
    'no-restricted-properties': ['error', ...areas.flatMap((area) => area.properties)],
    'no-restricted-imports': ['error', { paths: areas.flatMap((area) => area.imports) }],
    'no-restricted-syntax': ['error', NO_BANG, ...DETOUR_SYNTAX, ...syntax],
  };
}

const functionLength = builtinRules.get('max-lines-per-function');
const isDescribe = (node) => /^describe\b/.test(node?.callee?.name ?? calleeRoot(node));

// `describe.each(rows)('name', callback)`: the name that the chain of calls starts with.
function calleeRoot(node) {
  let root = node?.callee;
  while (root?.callee ?? root?.object ?? root?.tag) root = root.callee ?? root.object ?? root.tag;
  return root?.name ?? '';
}

/** max-lines-per-function, blind to the callbacks of `describe`, which only hold tests together. */
const testFunctionLength = {
  meta: functionLength.meta,
  create: (context) =>
    functionLength.create(
      Object.create(context, {
        report: {
          value: (found) => {
            if (!isDescribe(found.node.parent)) context.report(found);
          },
        },
      }),
    ),
};

const LENGTH_OPTIONS = { max: 60, skipBlankLines: false, skipComments: false, IIFEs: true };

const SIZE_RULES = {
  'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', LENGTH_OPTIONS],
  'max-params': 'off',
  '@typescript-eslint/max-params': ['error', { max: 3 }],
  'max-depth': ['error', 3],
  complexity: ['error', 12],
};

const EVERYWHERE_RULES = {
  ...SIZE_RULES,
  eqeqeq: 'error',
  'no-duplicate-imports': ['error', { allowSeparateTypeImports: false }],
  'no-useless-rename': 'error',
  'object-shorthand': 'error',
  'no-console': 'error',
  'no-eval': 'error',
  'no-restricted-exports': [
    'error',
    {
      restrictDefaultExports: {
        direct: true,
        named: true,
        defaultFrom: true,
        namedFrom: true,
        namespaceFrom: true,
      },
    },
  ],
  'no-restricted-syntax': ['error', NO_BANG],
  // Unfinished work is an issue, and the other comments switch a check off where nobody sees it.
  'no-warning-comments': [
    'error',
    {
      terms: ['todo', 'fixme', 'xxx', 'prettier-ignore', 'v8 ignore', 'c8 ignore', 'knipignore'],
      location: 'anywhere',
    },
  ],
};

const TYPED_RULES = {
  '@typescript-eslint/ban-ts-comment': [
    'error',
    {
      'ts-expect-error': true,
      'ts-ignore': true,
      'ts-nocheck': true,
      'ts-check': true,
    },
  ],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
};

const TEST_FILES = ['test/**/*.ts'];

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'schemas/', 'demo/', 'test/fixtures/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: TYPED_RULES,
  },
  {
    files: ['**/*.{ts,js,cjs}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: EVERYWHERE_RULES,
  },
  {
    files: ['src/**/*.ts'],
    rules: sourceRules({ areas: [PROCESS, CLOCK], syntax: CLOCK_SYNTAX }),
  },
  {
    // The process itself: arguments, environment, signals, exit code.
    files: ['src/main.ts'],
    rules: sourceRules({ areas: [CLOCK], syntax: CLOCK_SYNTAX }),
  },
  {
    // The one place where time and chance enter.
    files: ['src/core/clock.ts'],
    rules: sourceRules({ areas: [PROCESS], syntax: [] }),
  },
  {
    // Clients of 2025-11-25 name themselves once, in `initialize`; only this accessor tells it.
    files: ['src/server/mcp/mcp-server.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // A `describe` holds tests together, it has no logic; each test keeps the limit.
    files: TEST_FILES,
    plugins: { tests: { rules: { 'max-lines-per-function': testFunctionLength } } },
    rules: {
      'max-lines-per-function': 'off',
      'tests/max-lines-per-function': ['error', LENGTH_OPTIONS],
    },
  },
  {
    // Both tools load the default export of their config.
    files: ['eslint.config.js', 'vitest*.config.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
);
