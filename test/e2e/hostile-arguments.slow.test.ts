// Arguments of any kind for any tool, to the real process: each call is answered soon, with a result or a code.
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.js';
import { TOOLS } from '../../src/tools/registry.js';
import { fuzzRuns } from '../support/fuzz.js';
import { codeOfAnswer, startLineClient, type Answer } from '../support/line-client.js';
import { startSandboxProcess } from '../support/sandbox-process.js';
import { makeHome, settingsFor } from '../support/stdio-clients.js';

const CALL_MS = 2000;
/** Exports are waited for, 20 s at most (contract, section 3). */
const EXPORT_MS = 20_000;
const PEAK_MIB = 160;
/** Calls that are sent before the first answer is waited for. */
const SIDE_BY_SIDE = 10;

const NAMES = [
  ...['rows', 'updates', 'ids', 'csvContent', 'filePath', 'uploadId', 'dryRunJobId', 'options'],
  ...['filters', 'jobId', 'include', 'resourceType', 'organizationId', 'overwrite', 'limit'],
  ...['status', 'cursor', 'label', 'reason', 'dryRun', '__proto__', 'constructor', 'prototype', ''],
  ...['where', 'set', 'query', 'fileName', 'since'],
];
const OPTIONS = [
  ...[
    'dryRun',
    'columnMapping',
    'matchBy',
    'delimiter',
    'encoding',
    'dateFormat',
    'sheet',
    'label',
  ],
  ...[
    'batchSize',
    'mapping',
    'saveMappingAs',
    'duplicateStrategy',
    'force',
    '__proto__',
    'dialect',
  ],
];
const COLUMNS = ['name', 'email', 'id', 'changes', 'vatNo', '__proto__', 'constructor', 'toString'];

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Long, wide or deep; made anew from a number, so that failures are small to print. */
const large = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 1, max: 5000 }).map((count) => Array<unknown>(count).fill({ a: [] })),
  fc.integer({ min: 1, max: 600 }).map((count) => Array<unknown>(count).fill({ name: 'A' })),
  fc
    .integer({ min: 1, max: 3000 })
    .map((count) => Object.fromEntries(Array.from({ length: count }, (_n, at) => [`k${at}`, at]))),
  fc.integer({ min: 1, max: 2000 }).map(nested),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('name\nA', 'name;email\n"', '\0', '../x.csv', '=1+1', '\u202e', '\ud800', 'da'),
);
const value = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: large },
  fc.constantFrom<unknown>(-1, 1e308, 0.5, Number.MAX_SAFE_INTEGER, true, false, null),
);

function object(names: readonly string[], member: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const entry = fc.tuple(fc.constantFrom(...names), member);
  return fc.array(entry, { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
}

const row = object(COLUMNS, value);
const options = fc.oneof(object(OPTIONS, value), fc.constant({ dryRun: true }));
/** Filters and formulas, sound ones among them. */
const WHERE_NAMES = [
  'name',
  'unitPrice',
  'email',
  'any',
  'all',
  'not',
  'isEmpty',
  '__proto__',
  'x',
];
const condition = fc.oneof(
  value,
  object(['eq', 'ne', 'gt', 'lte', 'contains', 'startsWith', 'in', 'isEmpty', '__proto__'], value),
);
const where = fc.oneof(
  object(WHERE_NAMES, condition),
  fc.array(object(WHERE_NAMES, condition), { maxLength: 3 }).map((any) => ({ any })),
  object(WHERE_NAMES, condition).map((not) => ({ not })),
);
const formula = object(['multiplyBy', 'add', 'roundTo', 'roundMode', '__proto__'], value);
const set = object(['name', 'unitPrice', 'city', 'id', '__proto__'], fc.oneof(value, formula));
const named = new Map<string, fc.Arbitrary<unknown>>(
  Object.entries({
    rows: fc.oneof(fc.array(row, { maxLength: 4 }), value),
    updates: fc.oneof(fc.array(fc.record({ id: text, changes: row }), { maxLength: 4 }), value),
    ids: fc.oneof(fc.array(text, { maxLength: 4 }), value),
    csvContent: text,
    options,
    where,
    set,
    filters: object(['isArchived', 'country', 'state', 'from', 'customer', '__proto__'], value),
    resourceType: fc.oneof(fc.constantFrom('customer', 'product', 'invoice'), value),
  }),
);
const argument = fc
  .constantFrom(...NAMES)
  .chain((name) => fc.tuple(fc.constant(name), named.get(name) ?? value));
const args = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(argument, { maxLength: 4 }).map((all) => Object.fromEntries(all)),
  },
  { weight: 1, arbitrary: value },
);
const call = fc.record({ name: fc.constantFrom(...TOOLS.map((tool) => tool.name)), args });

function expectSound(answer: Answer, sent: unknown): void {
  const shown = JSON.stringify(sent).slice(0, 300);
  const code = codeOfAnswer(answer);
  if (code === null) return;
  if (answer.error !== undefined) {
    // Arguments that are no object at all, which the protocol itself refuses.
    expect([-32_600, -32_602], shown).toContain(answer.error.code);
    return;
  }
  expect(ERROR_CODES, shown).toContain(code);
  expect(code, shown).not.toBe('INTERNAL');
}

it(
  'arguments of any kind are answered soon, with a result or a code',
  { timeout: 600_000 },
  async () => {
    const sandbox = await startSandboxProcess(['--contacts', '5', '--products', '5']);
    onTestFinished(() => sandbox.stop());
    const home = await makeHome();
    onTestFinished(home.remove);
    const client = await startLineClient(settingsFor(sandbox, home));
    const { numRuns, seed } = fuzzRuns(9);
    const calls = fc.sample(call, { numRuns, seed });
    for (let start = 0; start < calls.length; start += SIDE_BY_SIDE) {
      const some = calls.slice(start, start + SIDE_BY_SIDE);
      const answers = await Promise.all(
        some.map(async ({ name, args: given }) => {
          const startedMs = performance.now();
          const answer = await client.call(name, given);
          return { answer, ms: performance.now() - startedMs };
        }),
      );
      for (const [index, { answer, ms }] of answers.entries()) {
        expectSound(answer, some[index]);
        const isExport = some[index]?.name.startsWith('export_') === true;
        const shown = JSON.stringify(some[index]).slice(0, 300);
        expect(ms, shown).toBeLessThan(isExport ? EXPORT_MS : CALL_MS);
      }
    }
    expect(client.peakMiB()).toBeLessThan(PEAK_MIB);
  },
);
