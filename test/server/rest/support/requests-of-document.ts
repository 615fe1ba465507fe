/** Requests made up from the OpenAPI document: fitting ones, and ones with something wrong in them. */
import fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

export interface MadeRequest {
  readonly method: string;
  /** The pattern of the address. */
  readonly pattern: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Json;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
}

/** Values that exist, by the name of the parameter or member. */
export type Known = Readonly<Record<string, readonly string[]>>;

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', ' ', '\u0000', '../..', "' OR 1=1 --", '%', '\ud800', 'x'.repeat(5000), '-1'),
);

const strange = fc.oneof(odd, fc.jsonValue({ maxDepth: 3 }), fc.constant(null), fc.double());

function optionsIn(schema: Json): readonly Json[] {
  return [schema['anyOf'], schema['oneOf']].flatMap((all) => (all as Json[] | undefined) ?? []);
}

function textOf(schema: Json, known: readonly string[]): fc.Arbitrary<unknown> {
  const values = (schema['enum'] as unknown[] | undefined) ?? [];
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (values.length > 0) return fc.constantFrom(...values);
  const text = fc.string({ maxLength: Math.min(Number(schema['maxLength'] ?? 20), 20) });
  if (known.length === 0) return text;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, text);
}

/** All that is required, and few of the others: most of them exclude each other. */
function few(
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  required: readonly string[],
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const others = Object.keys(fields).filter((name) => !required.includes(name));
  return fc
    .tuple(fc.record(fields), fc.subarray(others, { maxLength: Math.min(3, others.length) }))
    .map(([all, some]) => {
      const kept = Object.entries(all).filter(
        ([name]) => required.includes(name) || some.includes(name),
      );
      return Object.fromEntries(kept);
    });
}

function objectOf(schema: Json, known: Known): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Json>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => {
      const made = fitting(field, { ...known, '': known[name] ?? [] });
      return [name, fc.oneof({ weight: 30, arbitrary: made }, strange)] as const;
    }),
  );
  const own = few(fields, required);
  const more = schema['additionalProperties'];
  if (Object.keys(fields).length > 0 || typeof more !== 'object') return own;
  return fc.dictionary(fc.string({ maxLength: 8 }), fitting(more as Json, known), { maxKeys: 4 });
}

/** A value that the schema takes. `known['']`: values that exist, for this place. */
function fitting(schema: Json, known: Known): fc.Arbitrary<unknown> {
  const options = optionsIn(schema);
  if (options.length > 0) return fc.oneof(...options.map((option) => fitting(option, known)));
  const [type] = [schema['type']].flat();
  switch (type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(fitting((schema['items'] ?? {}) as Json, known), { maxLength: 3 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      // Nobody waits long for a made-up request.
      return fc.integer({ min: Number(schema['minimum'] ?? 0), max: 2 });
    case 'string':
      return textOf(schema, known[''] ?? []);
    default:
      return schema['const'] === undefined ? strange : fc.constant(schema['const']);
  }
}

function parameterOf({ schema, name }: Parameter, known: Known): fc.Arbitrary<string> {
  const made = fitting(schema, { ...known, '': known[name] ?? [] });
  const texts = fc.oneof({ weight: 8, arbitrary: made }, odd).map(String);
  // An address has no broken surrogates.
  return texts.map((text) => encodeURIComponent(Buffer.from(text).toString()));
}

function valuesOf(
  parameters: readonly Parameter[],
  known: Known,
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const required = parameters.filter((each) => each.required).map(({ name }) => name);
  const entries = parameters.map((each) => [each.name, parameterOf(each, known)] as const);
  return few(Object.fromEntries(entries), required) as fc.Arbitrary<
    Readonly<Record<string, string>>
  >;
}

function bodyOf({ requestBody }: Operation, known: Known): fc.Arbitrary<string | null> {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return fc.constant(null);
  const text = (value: unknown): string => JSON.stringify(value);
  return fc.oneof(
    { weight: 12, arbitrary: fitting(schema, known).map(text) },
    strange.map(text),
    fc.constantFrom('', '{', '[]', 'null', '"x"', `{"__proto__":{"a":1}}`, '['.repeat(2000)),
  );
}

const type = fc.oneof(
  { weight: 20, arbitrary: fc.constant('application/json') },
  fc.constantFrom('text/plain', 'multipart/form-data; boundary=x', 'application/json; charset=x'),
);

function requestOf(
  [pattern, method, operation]: readonly [string, string, Operation],
  known: Known,
): fc.Arbitrary<MadeRequest> {
  const all = operation.parameters ?? [];
  const inPath = all.filter((each) => each.in === 'path');
  const inQuery = all.filter((each) => each.in === 'query');
  return fc
    .record({
      params: valuesOf(inPath, known),
      query: valuesOf(inQuery, known),
      more: fc.option(fc.constantFrom('x=1', 'limit=1&limit=2', '&&', '%zz'), { freq: 12 }),
      body: bodyOf(operation, known),
      type,
      key: fc.option(fc.constantFrom('k1', 'k2', 'a b', 'x'.repeat(300)), { freq: 4 }),
    })
    .map(({ params, query, more, body, type: contentType, key }) => {
      const path = pattern.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => params[name] ?? '');
      const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
      const search = [...pairs, ...(more === null ? [] : [more])].join('&');
      const headers = {
        ...(body === null ? {} : { 'content-type': contentType }),
        ...(key === null ? {} : { 'idempotency-key': key }),
      };
      return { method, pattern, path: search === '' ? path : `${path}?${search}`, headers, body };
    });
}

/** Requests to every operation of the document, except those at the patterns that are left out. */
export function requestsOf(
  document: Json,
  { known, leftOut }: { readonly known: Known; readonly leftOut: readonly string[] },
): fc.Arbitrary<MadeRequest> {
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const operations = Object.entries(paths)
    .filter(([pattern]) => !leftOut.includes(pattern))
    .flatMap(([pattern, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [pattern, method.toUpperCase(), operation] as const,
      ),
    );
  return fc.oneof(
    ...operations.map((operation) => {
      // Large bodies have more to go wrong, and seldom fit.
      const body = operation[2].requestBody?.content['application/json']?.schema ?? {};
      const weight = optionsIn(body).length > 0 ? 12 : 2;
      return { weight, arbitrary: requestOf(operation, known) };
    }),
  );
}
