/** The refusal of arguments that do not fit a tool: the fault, the probable meaning, and the choices. */
import type { z } from 'zod';
import { InputError } from '../../core/errors.js';
import { clip, quote } from '../../core/text.js';
import { nearestMeaning } from '../../resources/headers/near-name.js';
import type { Tool } from '../../tools/tool.js';
import { inputSchemaOf } from './tool-list.js';

const ISSUES_SHOWN = 5;
const PATH_CHARS = 60;
const ISSUE_CHARS = 160;
const NAMES_SHOWN = 24;

type Path = readonly PropertyKey[];

/** What takes the input: a tool, or a part of a REST request. */
export interface Taker {
  readonly name: string;
  /** The whole input, in a sentence. */
  readonly place: string;
  /** The same after "Invalid". */
  readonly what: string;
  /** One member of the input. */
  readonly noun: string;
  /** Its JSON Schema. */
  readonly schema: object;
}

interface Explained {
  /** In our own words: texts of the caller stand in the detail only. */
  readonly problem: string;
  readonly hint: string | null;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (Reflect.get(value, key) as unknown)
    : undefined;
}

function valueAt(args: unknown, path: Path): unknown {
  return path.reduce(memberOf, args);
}

function listIn(schema: unknown, name: string): readonly unknown[] {
  const list = memberOf(schema, name);
  return Array.isArray(list) ? list : [];
}

/** The members of an object by its schema; of a choice of objects, those of all, each as a choice again. */
function membersOf(schema: unknown): Readonly<Record<string, unknown>> {
  const parts = [schema, ...listIn(schema, 'oneOf'), ...listIn(schema, 'anyOf')];
  const members = new Map<string, unknown[]>();
  for (const part of parts) {
    for (const [name, member] of Object.entries(memberOf(part, 'properties') ?? {})) {
      members.set(name, [...(members.get(name) ?? []), member]);
    }
  }
  return Object.fromEntries([...members].map(([name, anyOf]) => [name, { anyOf }]));
}

/** The schema of the elements of a list. */
function itemsOf(schema: unknown): unknown {
  const parts = [schema, ...listIn(schema, 'oneOf'), ...listIn(schema, 'anyOf')];
  return parts.map((part) => memberOf(part, 'items')).find((items) => items !== undefined);
}

/** The names that the schema has at a place of the arguments. */
function namesAt(taker: Taker, path: Path): string[] {
  const schema = path.reduce<unknown>((at, key) => {
    return typeof key === 'number' ? itemsOf(at) : memberOf(membersOf(at), key);
  }, taker.schema);
  return Object.keys(membersOf(schema));
}

/** The place by the names of the schema; a name that it does not have is not repeated. */
function placeOf(taker: Taker, path: Path): string {
  const words = path.map((key, index) => {
    if (typeof key === 'number') return String(key);
    return namesAt(taker, path.slice(0, index)).includes(String(key)) ? String(key) : '...';
  });
  return words.length === 0 ? taker.place : words.join('.');
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function unknownKey(taker: Taker, path: Path, keys: readonly string[]): Explained {
  const names = namesAt(taker, path);
  const meanings = names.map((name) => [plain(name), name] as const);
  const near = keys.flatMap((key) => nearestMeaning(plain(key), meanings) ?? []).at(0);
  const place = path.length === 0 ? taker.name : placeOf(taker, path);
  const more = names.length > NAMES_SHOWN ? ', ...' : '';
  return {
    problem: `${place} has no such ${path.length > 0 ? 'key' : taker.noun}${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    hint: `${place} takes: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.`,
  };
}

function explained(taker: Taker, args: unknown, issue: z.core.$ZodIssue): Explained {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return unknownKey(taker, path, issue.keys);
  const place = placeOf(taker, path);
  const isMissing = path.length > 0 && valueAt(args, path) === undefined;
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String).join(', ');
    return isMissing
      ? { problem: `${place} is missing`, hint: `Give ${place}: one of ${choices}.` }
      : {
          problem: `${place} is none of its choices`,
          hint: `Give ${place} as one of: ${choices}.`,
        };
  }
  if (isMissing) return { problem: `${place} is missing`, hint: `Give ${place}.` };
  if (issue.code === 'invalid_type') {
    return {
      problem: `${place} is not of type ${issue.expected}`,
      hint: `Give ${place} as ${issue.expected}.`,
    };
  }
  return { problem: `${place} is not valid`, hint: null };
}

/** Texts of the caller, such as misspelt names, stand in the detail, quoted and cut. */
export function invalidInput(taker: Taker, args: unknown, error: z.ZodError): InputError {
  const issues = error.issues.slice(0, ISSUES_SHOWN);
  const facts = issues.map((issue) => explained(taker, args, issue));
  const detail = issues.map(({ path, message }) => {
    const place = path.length === 0 ? taker.place : quote(path.join('.'), PATH_CHARS);
    return `${place}: ${clip(message, ISSUE_CHARS)}`;
  });
  const problems = [...new Set(facts.map(({ problem }) => problem))].join('; ');
  const hints = [...new Set(facts.flatMap(({ hint }) => hint ?? []))].join(' ');
  return new InputError({
    code: 'INPUT_INVALID',
    message: `Invalid ${taker.what}: ${problems}.`,
    hint: hints === '' ? 'Correct what the detail names, then ask again.' : hints,
    detail: detail.join('; '),
  });
}

export function invalidArguments(tool: Tool, args: unknown, error: z.ZodError): InputError {
  const { name } = tool;
  const what = `arguments for ${name}`;
  const taker = {
    name,
    place: 'the arguments',
    what,
    noun: 'argument',
    schema: inputSchemaOf(name),
  };
  return invalidInput(taker, args, error);
}
