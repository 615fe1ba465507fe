// What tools/list sends.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchemaOf, listedTools } from '../../../src/server/mcp/tool-list.js';
import { TOOLS } from '../../../src/tools/registry.js';

describe('listedTools', () => {
  it('is the same array for everybody, in the order of the registry', () => {
    expect(listedTools()).toBe(listedTools());
    const names = listedTools(['all'], 'web').map(({ name }) => name);
    expect(names).toEqual(TOOLS.map(({ name }) => name));
    expect(listedTools().map(({ name }) => name)).toEqual(
      names.filter((name) => name !== 'request_upload'),
    );
  });

  it('says everything about each', () => {
    for (const tool of listedTools()) {
      expect(tool.title).not.toBe('');
      expect(tool.description.length).toBeGreaterThan(20);
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(Object.keys(tool.annotations).sort()).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
      ]);
    }
  });

  it('leaves results open for fields to come', () => {
    for (const { outputSchema } of listedTools()) {
      expect(outputSchema['additionalProperties']).not.toBe(false);
    }
  });
});

describe('jsonSchemaOf', () => {
  it('shows what callers send, and what they get', () => {
    const schema = z.object({ count: z.number().default(1) });
    expect(jsonSchemaOf(schema, 'input')).not.toHaveProperty('required');
    expect(jsonSchemaOf(schema, 'output')).toMatchObject({ required: ['count'] });
    expect(jsonSchemaOf(schema, 'input')).not.toHaveProperty('$schema');
  });
});
