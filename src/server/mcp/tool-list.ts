/** The answer to `tools/list`: the same array for every client, in a fixed order. */
import { z } from 'zod';
import { TOOLS } from '../../tools/registry.js';
import type { Tool, ToolAnnotations } from '../../tools/tool.js';

interface ObjectSchema {
  [key: string]: unknown;
  type: 'object';
}

export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  outputSchema: ObjectSchema;
  annotations: ToolAnnotations;
}

/** A zod object as JSON Schema 2020-12; every tool takes and gives an object. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): ObjectSchema {
  const made = Object.entries(z.toJSONSchema(schema, { io })).filter(([key]) => key !== '$schema');
  return { ...Object.fromEntries(made), type: 'object' };
}

function listed(tool: Tool): ListedTool {
  const { name, title, description, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema: jsonSchemaOf(tool.inputSchema, 'input'),
    outputSchema: jsonSchemaOf(tool.outputSchema, 'output'),
    annotations,
  };
}

let cached: readonly ListedTool[] | null = null;

export function listedTools(): readonly ListedTool[] {
  cached ??= TOOLS.map(listed);
  return cached;
}
