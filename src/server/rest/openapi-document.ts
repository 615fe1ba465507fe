/** Makes the OpenAPI 3.1 document of the REST routes from their values. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { ERROR_CODES } from '../../core/errors.js';
import { jobViewSchema } from '../../jobs/service/job-view.js';
import { itemViewSchema } from '../../jobs/service/list-items.js';
import { programJobRowSchema } from '../../jobs/service/list-jobs.js';
import { statusOf } from '../problem.js';
import { OTHER_PATHS, PROBLEM_TYPE } from './openapi-other-paths.js';
import type { OtherContent, RestRoute } from './route.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Schemas that stand in the document once, under their names. */
const NAMED: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [jobViewSchema, 'Job'],
  [programJobRowSchema, 'JobRow'],
  [itemViewSchema, 'Item'],
]);

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of `billy-bulk-mcp keys create`, or a JWT of the authorization server.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'billy_bulk_session',
    description: 'The session of a browser; over https its name begins with `__Host-`.',
  },
} as const;

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same request again within 24 hours gets the first answer again; with another body 422, while it runs 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

/** The statuses of problems, each with its codes. */
function problemWords(): string {
  const byStatus = new Map<number, string[]>();
  for (const code of ERROR_CODES) {
    const status = statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const lines = [...byStatus].sort(([left], [right]) => left - right);
  return lines.map(([status, codes]) => `${String(status)}: ${codes.join(', ')}`).join('. ');
}

function problemSchema(): JsonObject {
  const text = { type: 'string' };
  return {
    type: 'object',
    description: `An error (RFC 9457). By status: ${problemWords()}.`,
    required: ['type', 'title', 'status', 'detail', 'code', 'hint'],
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'The fault.' },
      code: { ...text, enum: ERROR_CODES },
      hint: { ...text, description: 'The next step.' },
      about: { ...text, description: 'Names and texts of others that it is about.' },
    },
  };
}

/** Texts of parameters are described as what they stand for. */
function shown(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shown);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { shownAs, description, ...own } = schema as Record<string, unknown>;
  const described = description === undefined ? {} : { description };
  const chosen: object = typeof shownAs === 'object' && shownAs !== null ? shownAs : own;
  const entries = Object.entries(chosen).map(([key, value]) => [key, shown(value)] as const);
  return { ...described, ...Object.fromEntries(entries) };
}

/** The schema as JSON Schema 2020-12, which OpenAPI 3.1 uses. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema, path }) {
      const name = path.length === 0 ? undefined : NAMED.get(zodSchema);
      if (name === undefined) return;
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      jsonSchema.$ref = `#/components/schemas/${name}`;
    },
  });
  const own = Object.entries(made).filter(([key]) => key !== '$schema');
  return shown(Object.fromEntries(own)) as JsonObject;
}

function memberOf(schema: JsonObject, name: string): Readonly<Record<string, JsonObject>> {
  return (schema[name] ?? {}) as Readonly<Record<string, JsonObject>>;
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): JsonObject[] {
  const made = jsonSchemaOf(schema, 'input');
  const required = Array.isArray(made['required']) ? (made['required'] as unknown[]) : [];
  return Object.entries(memberOf(made, 'properties')).map(([name, { description, ...own }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: own,
  }));
}

function otherContent(others: OtherContent | undefined): JsonObject {
  const entries = Object.entries(others ?? {}).map(([type, description]) => {
    const format = type.startsWith('multipart/') ? {} : { format: 'binary' };
    const kind = type.startsWith('multipart/') ? 'object' : 'string';
    return [type, { schema: { type: kind, ...format, description } }] as const;
  });
  return Object.fromEntries(entries);
}

function contentOf(schema: JsonObject | null, others: OtherContent | undefined): JsonObject {
  const json = schema === null ? {} : { 'application/json': { schema } };
  return { ...json, ...otherContent(others) };
}

const PROBLEM = {
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};
const problem = (description: string): JsonObject => ({ description, ...PROBLEM });

function responsesOf(route: RestRoute): JsonObject {
  const { result, status, otherResults } = route;
  const content = contentOf(result === null ? null : jsonSchemaOf(result, 'output'), otherResults);
  const isPlaced = route.id === 'startJob';
  const location = {
    Location: { description: 'The address of the job.', schema: { type: 'string' } },
  };
  const success = {
    description: STATUS_CODES[status] ?? 'Success',
    ...(isPlaced ? { headers: location } : {}),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
  return {
    [String(status)]: success,
    '401': problem(route.role === null ? 'The key or code does not hold.' : 'No valid key.'),
    ...(route.role === null ? {} : { '403': problem(`The role ${route.role} is needed.`) }),
    '422': problem('The request is not valid.'),
    default: problem('Any other error.'),
  };
}

function operationOf(route: RestRoute): JsonObject {
  const { id, method, tag, summary, role, params, query, body, otherBodies } = route;
  const isKept = method === 'post' && role !== null;
  const parameters = [
    ...parametersOf(params, 'path'),
    ...parametersOf(query, 'query'),
    ...(isKept ? [IDEMPOTENCY_KEY] : []),
  ];
  const content = contentOf(body === null ? null : jsonSchemaOf(body, 'input'), otherBodies);
  const hasBody = Object.keys(content).length > 0;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: role === null ? 'Without a sign-in.' : `Needs the role ${role}, or a higher one.`,
    ...(role === null ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasBody ? { requestBody: { required: true, content } } : {}),
    responses: responsesOf(route),
  };
}

function pathsOf(routes: readonly RestRoute[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return { ...paths, ...OTHER_PATHS };
}

export interface DocumentFacts {
  readonly version: string;
}

export function openApiDocument(
  routes: readonly RestRoute[],
  { version }: DocumentFacts,
): JsonObject {
  const named = [...NAMED].map(([schema, name]) => {
    return [name, jsonSchemaOf(schema as z.ZodType, 'output')] as const;
  });
  const tags = new Set([...routes.map(({ tag }) => tag), 'Server']);
  return {
    openapi: '3.1.0',
    info: {
      title: 'billy-bulk-mcp',
      version,
      description: 'Bulk imports, updates, deletions and exports for Billy, as jobs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...tags].map((name) => ({ name })),
    paths: pathsOf(routes),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { Problem: problemSchema(), ...Object.fromEntries(named) },
    },
  };
}
