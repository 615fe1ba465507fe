/** Saves, finds, lists and removes named column mappings, for later starts of the same organization. */
import { AppError, InputError } from '../../core/errors.js';
import type { StartOptions } from '../job/job-options.js';
import type { SavedMapping } from '../../store/ports/settings.js';
import type { ServiceDeps } from './service-deps.js';

type Mapping = Readonly<Record<string, string>>;

interface Owner {
  readonly organizationId: string;
  readonly resourceType: string;
}

/** Throws `INPUT_INVALID` if a mapping is to be saved but none is given. */
export function checkSaving({ saveMappingAs, mapping, columnMapping }: StartOptions): void {
  if (saveMappingAs === undefined || mapping !== undefined || columnMapping !== undefined) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'options.saveMappingAs has no mapping to save.',
    hint: 'Give options.columnMapping { "their header": "our column" } with it.',
  });
}

/** The mapping that the options name, or an empty one; throws `INPUT_INVALID` for an unknown name. */
export async function savedMapping(
  { store }: Pick<ServiceDeps, 'store'>,
  owner: Owner,
  { mapping: name }: StartOptions,
): Promise<Mapping> {
  if (name === undefined) return {};
  const mapping = await store.findMapping({ ...owner, name });
  if (mapping !== null) return mapping;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'This organization has no saved column mapping with that name for this resource.',
    hint: 'options.saveMappingAs saves the columnMapping of a start under a name.',
  });
}

/** Saves the mapping of an accepted start, if its options ask for that. */
export async function saveMapping(
  { store, clock }: Pick<ServiceDeps, 'store' | 'clock'>,
  owner: Owner,
  start: { readonly options: StartOptions; readonly saved: Mapping },
): Promise<void> {
  const { saveMappingAs: name, columnMapping = {} } = start.options;
  if (name === undefined) return;
  const mapping = { ...start.saved, ...columnMapping };
  await store.saveMapping({ ...owner, name, mapping, nowMs: clock.nowMs() });
}

export interface MappingFilter {
  readonly organizationId?: string | undefined;
  readonly resourceType?: string | undefined;
}

export interface MappingToRemove {
  readonly organizationId?: string | undefined;
  readonly resourceType: string;
  readonly name: string;
}

/** The saved mappings of the caller's organizations. */
export async function listMappings(
  { store, organizations, caller }: ServiceDeps,
  { organizationId, resourceType }: MappingFilter,
): Promise<SavedMapping[]> {
  const organizationIds = await organizations.idsFor(caller, organizationId);
  const all = await store.listSavedMappings({ organizationIds });
  return all.filter((each) => resourceType === undefined || each.resourceType === resourceType);
}

/** Throws `RECORD_NOT_FOUND` if there is none of that name. Jobs that were started with it do not change. */
export async function removeMapping(
  { store, organizations, caller }: ServiceDeps,
  { organizationId, ...mapping }: MappingToRemove,
): Promise<void> {
  const account = await organizations.accountFor(caller, organizationId);
  const { id } = await account.remembered(organizationId);
  if (await store.removeMapping({ ...mapping, organizationId: id })) return;
  throw new AppError({
    code: 'RECORD_NOT_FOUND',
    message: 'This organization has no saved column mapping with that name for this resource.',
    hint: 'GET /api/v1/mappings lists the saved mappings.',
  });
}
