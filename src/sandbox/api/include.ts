/** Parses the `include` parameter: the related records to add, beside a record or inside it. */
import { badRequest } from '../world/refusal.js';
import { findRuleBySingular } from '../rules/registry.js';
import { invalidParameter } from '../world/texts.js';

export interface Include {
  readonly property: string;
  readonly mode: 'sideload' | 'embed';
}

/** Includes by the singular name of the record they belong to. */
export type Includes = ReadonlyMap<string, readonly Include[]>;

const PART = /^(\w+)\.(\w+)(?::(sideload|embed))?$/;

function isRelation(singular: string, property: string): boolean {
  const rule = findRuleBySingular(singular);
  if (rule === undefined) return false;
  if (rule.children !== undefined && Object.hasOwn(rule.children, property)) return true;
  return Object.hasOwn(rule.fields, `${property}Id`);
}

/** Parses `contact.contactPersons:embed,contact.country`; the default is sideload. @throws Refusal (400) */
export function parseIncludes(parameter: string | null): Includes {
  const includes = new Map<string, Include[]>();
  if (parameter === null || parameter === '') return includes;
  for (const part of parameter.split(',')) {
    const [, singular = '', property = '', mode = 'sideload'] = PART.exec(part.trim()) ?? [];
    if (!isRelation(singular, property)) throw badRequest(invalidParameter('include'));
    const known = includes.get(singular) ?? [];
    known.push({ property, mode: mode === 'embed' ? 'embed' : 'sideload' });
    includes.set(singular, known);
  }
  return includes;
}
