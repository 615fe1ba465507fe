/** The records that exported records refer to, and the customer that a filter names. */
import { InputError } from '../../core/errors.js';
import type { RecordImage } from '../../model/record.js';
import type { ExportRules, ReferredRecords } from '../../resources/definition/resource.js';
import type { JobContext } from '../job/job-context.js';
import { referencesById, referencesByKey } from '../snapshot/snapshot.js';

/** Finds the records that these records refer to, and all that share a name with one of them. */
export async function referredBy(
  context: JobContext,
  rules: ExportRules,
  images: readonly RecordImage[],
): Promise<ReferredRecords> {
  const wanted = images.flatMap((image) => rules.referredIds(image));
  const byId = await referencesById(context, wanted);
  const unique = new Map(wanted.map(([collection, id]) => [`${collection}:${id}`, collection]));
  const keys = [...unique].flatMap(([place, collection]) => {
    const image = byId(collection, place.slice(collection.length + 1));
    const naming = image === null ? [] : rules.namingKeys(collection, image);
    return naming.map((key) => [collection, key] as const);
  });
  const named = await referencesByKey(context, keys);
  return { byId, find: (collection, key) => named.find(collection, key) };
}

/** The id of the customer that a filter names. Rejects if the text names none, or several. */
export async function customerId(
  context: JobContext,
  rules: ExportRules,
  text: string,
): Promise<string> {
  const byId = await referencesById(context, [['contacts', text]]);
  const image = byId('contacts', text);
  if (image !== null) return image.id;
  const keys = rules.customerKeys(text);
  const named = await referencesByKey(
    context,
    keys.map((key) => ['contacts', key] as const),
  );
  const found =
    keys.map((key) => named.find('contacts', key)).find((images) => images.length > 0) ?? [];
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first.id;
  const hint = "Give the customer's contactNo, EAN, VAT number, e-mail or Billy id.";
  if (first === undefined) {
    const message = 'filters.customer names no customer of this account.';
    throw new InputError({ code: 'REFERENCE_NOT_FOUND', message, hint });
  }
  const message = `filters.customer names ${String(found.length)} customers.`;
  throw new InputError({ code: 'DUPLICATE_AMBIGUOUS', message, hint });
}
