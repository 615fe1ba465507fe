/** The use-cases of an admin: organizations, keys, the journal, and the deletion of jobs. One method is one use-case. */
import type { KeyView, NewKeyRequest } from '../../organizations/caller-keys.js';
import type { AddedOrganization } from '../../organizations/stored-organizations.js';
import { purgeNow } from '../service/purge.js';
import { findJob } from '../service/service-deps.js';
import type { AdminDeps } from './admin-deps.js';
import { journalPage, type JournalPage, type JournalPageFilter } from './journal-page.js';
import { addKey, listKeys, revokeKey } from './manage-keys.js';
import {
  addOrganization,
  listOrganizations,
  removeOrganization,
  type OrganizationView,
} from './manage-organizations.js';

export class Administration {
  readonly #deps: AdminDeps;

  constructor(deps: AdminDeps) {
    this.#deps = deps;
  }

  organizations(): Promise<OrganizationView[]> {
    return listOrganizations(this.#deps);
  }

  addOrganization(token: string): Promise<AddedOrganization> {
    return addOrganization(this.#deps, token);
  }

  removeOrganization(id: string): Promise<void> {
    return removeOrganization(this.#deps, id);
  }

  keys(): Promise<KeyView[]> {
    return listKeys(this.#deps);
  }

  addKey(request: NewKeyRequest): Promise<{ id: string; key: string }> {
    return addKey(this.#deps, request);
  }

  revokeKey(id: string): Promise<void> {
    return revokeKey(this.#deps, id);
  }

  journal(filter: JournalPageFilter): Promise<JournalPage> {
    return journalPage(this.#deps, filter);
  }

  /** Purges the rows and files of an ended job; its record and the journal stay. */
  async purgeJob(jobId: string): Promise<void> {
    const job = await findJob(this.#deps, jobId);
    await purgeNow(this.#deps, job, this.#deps.caller.actor);
  }
}
