/** Fields that Billy keeps in another form than they were sent in: seen in its answers, kept for later. */
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

/** A field that Billy keeps otherwise than sent; `isSpelling`: in a form that is known to mean the same. */
export interface Alteration {
  readonly field: string;
  readonly isSpelling: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function differing(sent: Fields, held: Fields, names: readonly string[]): string[] {
  const isSaid = (name: string): boolean => name in sent && name in held;
  return names.filter(
    (name) => isSaid(name) && !sameValue(scalarOf(sent[name]), scalarOf(held[name])),
  );
}

function childBodies(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

/** Relations of which not every child that was sent is there as it was sent. */
function alteredRelations(step: Step, answer: WriteAnswer, resource: Resource): string[] {
  const image = imageOfAnswer(answer, { body: {}, before: null }, resource);
  return Object.entries(resource.relations)
    .filter(([name, { fields }]) => {
      const held = childrenOf(image, name);
      // An answer without the children tells nothing of them.
      if (held.length === 0) return false;
      return !childBodies(step.body[name]).every((sent) =>
        held.some((child) => differing(sent, child.fields, fields).length === 0),
      );
    })
    .map(([name]) => name);
}

/** Names of the fields and relations that Billy's answer holds otherwise than the step has sent them. */
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

/** What a job has seen Billy alter, and has said of it. */
export class AlteredFields {
  readonly #context: JobContext;
  readonly #said = new Set<string>();
  readonly #fields = new Set<string>();

  constructor(context: JobContext) {
    this.#context = context;
  }

  /** Fields by which a record cannot be told, since Billy keeps them in a form of its own. */
  get fields(): ReadonlySet<string> {
    return this.#fields;
  }

  /** Says each field once, so that nobody is surprised, and remembers for later jobs what spelling does not explain. */
  async add(alterations: readonly Alteration[]): Promise<void> {
    const fresh = alterations.filter(({ field }) => !this.#said.has(field));
    const odd = alterations
      .filter(({ field, isSpelling }) => !isSpelling && !this.#fields.has(field))
      .map(({ field }) => field);
    for (const field of odd) this.#fields.add(field);
    for (const { field } of fresh) this.#said.add(field);
    if (odd.length > 0) await rememberAltered(this.#context, odd);
    if (fresh.length === 0) return;
    const names = fresh.map(({ field }) => field).join(', ');
    const message = `Billy keeps these fields in another form than they were sent: ${names}.`;
    await warn(this.#context, [{ code: 'FIELD_ALTERED', message }]);
  }
}

/** What Billy was seen to alter in this organization's records of the kind, by whichever job. */
export async function knownAltered(context: Pick<JobContext, 'store' | 'jobId' | 'resource'>) {
  const { organizationId } = await readJob(context);
  const { collection } = context.resource;
  return context.store.findAlteredFields({ organizationId, collection });
}

/** Keeps what Billy was seen to alter, so that it holds after a restart. */
export async function rememberAltered(
  context: Pick<JobContext, 'store' | 'jobId' | 'resource'>,
  fields: readonly string[],
): Promise<void> {
  const { organizationId } = await readJob(context);
  const { collection } = context.resource;
  await context.store.addAlteredFields({ organizationId, collection, fields });
}
