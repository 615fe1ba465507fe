/** The answer to `tools/list`: the same array for every client, in a fixed order. */
import { z } from 'zod';
import { chosenTools, unknownTools } from '../../tools/registry.js';
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
  'minimum',
  'maximum',
]);

/** An object is open unless its schema says otherwise. */
function isOpen(key: string, value: unknown): boolean {
  return key === 'additionalProperties' && JSON.stringify(value) === '{}';
}

/** Where the caller is: on the machine of the server, or elsewhere, over HTTP. */
export type Place = 'machine' | 'web';

/** Members that a server on the caller's machine never takes or gives. */
const WEB_ONLY = new Set(['uploadId', 'downloadUrl']);

function shortened(schema: unknown, place: Place): unknown {
  if (Array.isArray(schema)) return schema.map((each) => shortened(each, place));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    // The members of `properties` are names of arguments, whatever they are called.
    if (key === 'properties') return [[key, shortenedEach(value as object, place)]];
    return LEFT_OUT.has(key) || isOpen(key, value) ? [] : [[key, shortened(value, place)]];
  });
  return Object.fromEntries(entries);
}

/** Arguments that are taken but not listed: programs and people set them, and the list has no room. */
const UNLISTED = new Set(['notifyEmail']);

function shortenedEach(properties: object, place: Place): object {
  const entries = Object.entries(properties)
    .filter(([name]) => !UNLISTED.has(name) && (place === 'web' || !WEB_ONLY.has(name)))
    .map(([name, schema]) => [name, shortened(schema, place)]);
  return Object.fromEntries(entries) as object;
}

/** The same type in one schema instead of a choice of two: an object or null. */
function withNullInside(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNullInside);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, withNullInside(value)]);
  const { anyOf, ...rest } = Object.fromEntries(entries) as Record<string, unknown>;
  const [some, none] = Array.isArray(anyOf) ? (anyOf as Record<string, unknown>[]) : [];
  const isNullable = none?.['type'] === 'null' && typeof some?.['type'] === 'string';
  if (!isNullable) return anyOf === undefined ? rest : { anyOf, ...rest };
  return { ...some, ...rest, type: [some['type'], 'null'] };
}

/** Results have all members that their schema names, and `success` is true: a reader needs to be told neither. */
function withoutRequired(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRequired);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'const' && (key !== 'required' || !Array.isArray(value)),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutRequired(value)]));
}

function listed(tool: Tool, place: Place): ListedTool {
  const { name, title, description, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema: shortened(jsonSchemaOf(tool.inputSchema, 'input'), place) as ObjectSchema,
    outputSchema: withNullInside(
      withoutRequired(shortened(jsonSchemaOf(tool.outputSchema, 'output'), place)),
    ) as ObjectSchema,
    annotations,
  };
}

export { unknownTools };

const cached = new Map<string, readonly ListedTool[]>();

/** The tools that `BULK_TOOLS` names, as a caller at that place sees them. */
export function listedTools(
  names: readonly string[] = ['all'],
  place: Place = 'machine',
): readonly ListedTool[] {
  const key = [place, ...names].join(' ');
  const offered = (): ListedTool[] =>
    chosenTools(names)
      .filter(({ isHttpOnly = false }) => place === 'web' || !isHttpOnly)
      .map((tool) => listed(tool, place));
  const known = cached.get(key) ?? offered();
  cached.set(key, known);
  return known;
}

/** The input schema of a tool, as it is listed. */
export function inputSchemaOf(name: string): object {
  const all = [...listedTools(), ...listedTools(['all'], 'web')];
  return all.find((tool) => tool.name === name)?.inputSchema ?? {};
}
