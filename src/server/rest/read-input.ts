/** Reads the inputs of a REST request by the schemas of its route. */
import { readRequestBody } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { checkArguments } from '../mcp/arguments.js';
import { invalidInput } from '../mcp/invalid-arguments.js';
import type { WebRoute } from '../web-route.js';

function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** Throws `INPUT_INVALID` with the fault and the choices. */
export function parseInput(
  schema: z.ZodType,
  value: unknown,
  what: 'path' | 'query' | 'body',
): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const name = `the ${what}`;
  const noun = what === 'body' ? 'key' : 'parameter';
  const taker = { name, place: name, what, noun, schema: jsonSchemaOf(schema) };
  throw invalidInput(taker, value, parsed.error);
}

function twice(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The address has a query parameter twice.',
    hint: 'Give each parameter once.',
  });
}

export function readQuery(schema: z.ZodType, { req }: WebRoute): unknown {
  const entries = Object.entries(req.queries()).map(([name, values]) => {
    if (values.length > 1) throw twice();
    return [name, values[0]] as const;
  });
  return parseInput(schema, Object.fromEntries(entries), 'query');
}

/** What follows a parameter in its segment of the path, such as `.csv`. */
function endingOf(path: string, name: string): string {
  return new RegExp(`\\{${name}\\}(\\.\\w+)`).exec(path)?.[1] ?? '';
}

export function readParams(schema: z.ZodType, { req }: WebRoute, path: string): unknown {
  const found: Readonly<Record<string, string>> = req.param();
  const named = Object.entries(found).map(([name, value]) => {
    return [name, value.slice(0, value.length - endingOf(path, name).length)] as const;
  });
  return parseInput(schema, Object.fromEntries(named), 'path');
}

function tooLarge(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `A body of JSON may have at most ${String(LIMITS.httpMessageBytesMax)} bytes.`,
    hint: 'Upload the file with POST /api/v1/uploads and pass its uploadId.',
  });
}

function notJson(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The body is not JSON.',
    hint: 'Send JSON with the header Content-Type: application/json.',
  });
}

/** True if the request says that its body is JSON. */
export function isJson({ req }: WebRoute): boolean {
  const [type = ''] = (req.header('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json';
}

/**
 * The JSON of the body; without a body, an empty object. Only with its content type, which a form of another site
 * cannot send. Rejects with `INPUT_TOO_LARGE`, by the declared length unread, or with `INPUT_INVALID`.
 */
export async function readJson(schema: z.ZodType, route: WebRoute): Promise<unknown> {
  const body = await readRequestBody(route.req.raw, LIMITS.httpMessageBytesMax);
  if (body.tooLarge) throw tooLarge();
  if (body.text === '') return parseInput(schema, {}, 'body');
  if (!isJson(route)) throw notJson();
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    throw notJson();
  }
  checkArguments(value);
  return parseInput(variantFor(schema, value), value, 'body');
}

/** Of several bodies the one that the value names, so that a refusal is about that one alone. */
function variantFor(schema: z.ZodType, value: unknown): z.ZodType {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const options = schema.options.filter((option) => option instanceof z.ZodObject);
  const key = schema.def.discriminator;
  const fields = options.flatMap((option) => (option.shape[key] as z.ZodType | undefined) ?? []);
  const named: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;
  const index = fields.findIndex((field) => field.safeParse(named).success);
  const choices = fields.flatMap((field) =>
    field instanceof z.ZodLiteral ? [...field.values] : [],
  );
  return options[index] ?? z.looseObject({ [key]: z.enum(choices.map(String)) });
}
