/** The ports of what an organization keeps from job to job: column mappings, and findings about its account. */
import type { Capabilities } from '../../model/capabilities.js';

export interface MappingName {
  readonly organizationId: string;
  readonly resourceType: string;
  readonly name: string;
}

export interface SavedMapping extends MappingName {
  /** Their header to our column; an empty text leaves the header out. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly savedAtMs: number;
}

export interface ColumnMappingsPort {
  /** Stores which header means which column. A mapping of the same name is replaced. */
  saveMapping(
    saved: MappingName & { mapping: Readonly<Record<string, string>>; nowMs: number },
  ): Promise<void>;
  /** The names of the saved mappings of a resource, in order. */
  listMappings(of: Omit<MappingName, 'name'>): Promise<string[]>;
  findMapping(name: MappingName): Promise<Readonly<Record<string, string>> | null>;
  /** The saved mappings of the organizations, in order of organization, resource and name. */
  listSavedMappings(filter: { organizationIds: readonly string[] }): Promise<SavedMapping[]>;
  /** False: there is none. */
  removeMapping(name: MappingName): Promise<boolean>;
}

export interface CapabilitiesPort {
  /** Stores the findings of a probe. The findings of an earlier probe are replaced. */
  saveCapabilities(saved: { organizationId: string; capabilities: Capabilities }): Promise<void>;
  findCapabilities(of: { organizationId: string }): Promise<Capabilities | null>;
}

/** Names the collection of one organization. */
export interface AlteredFields {
  readonly organizationId: string;
  readonly collection: string;
}

export interface AlteredFieldsPort {
  /** Adds fields of a collection that Billy was seen to store with another value than was sent. */
  addAlteredFields(seen: AlteredFields & { fields: readonly string[] }): Promise<void>;
  findAlteredFields(of: AlteredFields): Promise<Set<string>>;
}

export interface SettingsPort extends ColumnMappingsPort, CapabilitiesPort, AlteredFieldsPort {}
