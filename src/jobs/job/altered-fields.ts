/** Finds the fields that Billy stores in another form than they were sent. Remembers them for later jobs. */
import type { WriteAnswer } from '../../billy/types.js';
import {
  childrenOf,
  imageOfAnswer,
  relationOf,
  sameValue,
  scalarOf,
} from '../../resources/definition/record-image.js';
import type { Resource } from '../../resources/definition/resource.js';
import { isKeptAs } from '../../resources/definition/spelling.js';
import type { Step } from '../../model/item.js';
import { readJob, warn, type JobContext } from './job-context.js';

/** A field that Billy altered. `isSpelling`: the stored form is known to mean the same. */
export interface Alteration {
  readonly field: string;
  readonly isSpelling: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function differing(sent: Fields, held: Fields, names: readonly string[]): string[] {
  const isInBoth = (name: string): boolean => name in sent && name in held;
  return names.filter(
    (name) => isInBoth(name) && !sameValue(scalarOf(sent[name]), scalarOf(held[name])),
  );
}

function childBodies(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

/** The relations with at least one child that is not stored as it was sent. */
function alteredRelations(step: Step, answer: WriteAnswer, resource: Resource): string[] {
  const image = imageOfAnswer(answer, { body: {}, before: null }, resource);
  return Object.entries(resource.relations)
    .filter(([name, { fields }]) => {
      const held = childrenOf(image, name);
      // An answer without children proves nothing about them.
      if (held.length === 0) return false;
      return !childBodies(step.body[name]).every((sent) =>
        held.some((child) => differing(sent, child.fields, fields).length === 0),
      );
    })
    .map(([name]) => name);
}

/** The fields and relations that differ between the step and Billy's answer. */
export function alteredBy(step: Step, answer: WriteAnswer, resource: Resource): Alteration[] {
  const relation = relationOf(resource, step.collection);
  const names = relation === null ? resource.fields : resource.relations[relation]?.fields;
  const fields = differing(step.body, answer.record, names ?? []).map((field) => {
    const [sent, held] = [scalarOf(step.body[field]), scalarOf(answer.record[field])];
    return { field, isSpelling: isKeptAs(field, { sent, held }) };
  });
  if (relation !== null) return fields;
  const relations = alteredRelations(step, answer, resource);
  return [...fields, ...relations.map((field) => ({ field, isSpelling: false }))];
}

/** The fields that Billy altered in this job, and the warnings about them. */
export class AlteredFields {
  readonly #context: JobContext;
  readonly #warned = new Set<string>();
  readonly #fields = new Set<string>();

  constructor(context: JobContext) {
    this.#context = context;
  }

  /** Fields that cannot identify a record, since Billy stores them in another form. */
  get fields(): ReadonlySet<string> {
    return this.#fields;
  }

  /** Warns about each field once. Remembers fields altered beyond spelling for later jobs. */
  async add(alterations: readonly Alteration[]): Promise<void> {
    const fresh = alterations.filter(({ field }) => !this.#warned.has(field));
    const odd = alterations
      .filter(({ field, isSpelling }) => !isSpelling && !this.#fields.has(field))
      .map(({ field }) => field);
    for (const field of odd) this.#fields.add(field);
    for (const { field } of fresh) this.#warned.add(field);
    if (odd.length > 0) await rememberAltered(this.#context, odd);
    if (fresh.length === 0) return;
    const names = fresh.map(({ field }) => field).join(', ');
    const message = `Billy stores these fields in another form than they were sent: ${names}.`;
    await warn(this.#context, [{ code: 'FIELD_ALTERED', message }]);
  }
}

/** The fields that any job of this organization has seen Billy alter in this collection. */
export async function knownAltered(context: Pick<JobContext, 'store' | 'jobId' | 'resource'>) {
  const { organizationId } = await readJob(context);
  const { collection } = context.resource;
  return context.store.findAlteredFields({ organizationId, collection });
}

/** Stores the altered fields, so that they are known after a restart. */
export async function rememberAltered(
  context: Pick<JobContext, 'store' | 'jobId' | 'resource'>,
  fields: readonly string[],
): Promise<void> {
  const { organizationId } = await readJob(context);
  const { collection } = context.resource;
  await context.store.addAlteredFields({ organizationId, collection, fields });
}
