/** Fields that Billy keeps in another form than they were sent in: seen in its answers, kept for later. */
import type { WriteAnswer } from '../billy/types.js';
import { childrenOf, imageOfAnswer, relationOf, sameValue, scalarOf } from '../resources/image.js';
import type { Resource } from '../resources/resource.js';
import type { Step } from '../store/types.js';
import { readJob, type Work } from './work.js';

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
export function alteredBy(step: Step, answer: WriteAnswer, resource: Resource): string[] {
  const relation = relationOf(resource, step.collection);
  if (relation !== null) {
    return differing(step.body, answer.record, resource.relations[relation]?.fields ?? []);
  }
  const fields = differing(step.body, answer.record, resource.fields);
  return [...fields, ...alteredRelations(step, answer, resource)];
}

/** What Billy was seen to alter in this organization's records of the kind, by whichever job. */
export async function knownAltered(work: Pick<Work, 'store' | 'jobId' | 'resource'>) {
  const { organizationId } = await readJob(work);
  const { collection } = work.resource;
  return work.store.findAlteredFields({ organizationId, collection });
}

/** Keeps what Billy was seen to alter, so that it holds after a restart. */
export async function rememberAltered(
  work: Pick<Work, 'store' | 'jobId' | 'resource'>,
  fields: readonly string[],
): Promise<void> {
  const { organizationId } = await readJob(work);
  const { collection } = work.resource;
  await work.store.addAlteredFields({ organizationId, collection, fields });
}
