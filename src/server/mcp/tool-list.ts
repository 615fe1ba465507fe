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

/**
 * Keywords that are left out of the list: they bound lengths, or say what JSON says anyway. Calls are checked by
 * the whole schema, and a refusal names the bound. Every model reads the list, and pays for each of its words.
 */
const LEFT_OUT = new Set([
  'propertyNames',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
]);

/** An object is open unless its schema says otherwise. */
function isOpen(key: string, value: unknown): boolean {
  return key === 'additionalProperties' && JSON.stringify(value) === '{}';
}

function shortened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shortened);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    // The members of `properties` are names of arguments, whatever they are called.
    if (key === 'properties') return [[key, shortenedEach(value as object)]];
    return LEFT_OUT.has(key) || isOpen(key, value) ? [] : [[key, shortened(value)]];
  });
  return Object.fromEntries(entries);
}

function shortenedEach(properties: object): object {
  const entries = Object.entries(properties).map(([name, schema]) => [name, shortened(schema)]);
  return Object.fromEntries(entries) as object;
}

function listed(tool: Tool): ListedTool {
  const { name, title, description, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema: shortened(jsonSchemaOf(tool.inputSchema, 'input')) as ObjectSchema,
    outputSchema: shortened(jsonSchemaOf(tool.outputSchema, 'output')) as ObjectSchema,
    annotations,
  };
}

let cached: readonly ListedTool[] | null = null;

export function listedTools(): readonly ListedTool[] {
  cached ??= TOOLS.map(listed);
  return cached;
}
