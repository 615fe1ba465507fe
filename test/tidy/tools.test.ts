// What every tool must say about itself, and what all of them together may cost.
import path from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { listedTools } from '../../src/server/mcp/tool-list.js';
import { TOOLS } from '../../src/tools/registry.js';
import { missingToolFiles, readFiles, repeatedNames, toolFaults } from '../support/gate.js';

/** What tools/list may cost by the vocabulary o200k, without and with output schemas; `core` half of it. */
const TOKENS_MAX = 7500;
const TOKENS_WITH_OUTPUT_MAX = 11_000;

const root = path.resolve(import.meta.dirname, '../..');
const names = TOOLS.map((tool) => tool.name);

describe('tools', () => {
  it.each(TOOLS)('$name has description, annotations and schemas', (tool) => {
    expect(toolFaults(tool)).toEqual([]);
  });

  it('have one file and one generated schema each', () => {
    const paths = [
      ...readFiles({ root, folder: 'src/tools', endings: ['.ts'] }),
      ...readFiles({ root, folder: 'schemas', endings: ['.json'] }),
    ].map((file) => file.path);
    expect(missingToolFiles(names, new Set(paths))).toEqual([]);
  });

  it('have names of their own', () => {
    expect(repeatedNames(names)).toEqual([]);
  });

  it('are all listed, within the budget', () => {
    const listed = listedTools();
    expect(listed).toHaveLength(TOOLS.filter(({ isHttpOnly = false }) => !isHttpOnly).length);
    expect(listedTools(['all'], 'web')).toHaveLength(TOOLS.length);
    const costOf = (tools: readonly object[]): number => countTokens(JSON.stringify({ tools }));
    const withoutOutput = (names: readonly string[]): object[] =>
      listedTools(names).map((tool) => ({ ...tool, outputSchema: undefined }));
    expect(costOf(withoutOutput(['all']))).toBeLessThan(TOKENS_MAX);
    expect(costOf(listed)).toBeLessThan(TOKENS_WITH_OUTPUT_MAX);
    expect(costOf(withoutOutput(['core']))).toBeLessThan(TOKENS_MAX / 2);
    expect(costOf(listedTools(['core']))).toBeLessThan(TOKENS_WITH_OUTPUT_MAX / 2);
  });
});
