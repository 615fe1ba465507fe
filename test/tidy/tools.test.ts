// What every tool must say about itself, and what all of them together may cost.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listedTools } from '../../src/server/mcp/tool-list.js';
import { TOOLS } from '../../src/tools/registry.js';
import {
  missingToolFiles,
  readFiles,
  repeatedNames,
  tokensOf,
  toolFaults,
} from '../support/gate.js';

const TOOL_LIST_TOKENS_MAX = 10_000;

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
    expect(listed).toHaveLength(TOOLS.length);
    expect(tokensOf(listed)).toBeLessThan(TOOL_LIST_TOKENS_MAX);
  });
});
