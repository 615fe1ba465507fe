/** What the use-cases of an admin stand on. */
import type { Clock } from '../../core/clock.js';
import type { FileStore } from '../../files/store/file-store.js';
import type { Caller } from '../../organizations/caller.js';
import type { Organizations } from '../../organizations/organizations.js';
import type { StoredOrganizationsDeps } from '../../organizations/stored-organizations.js';
import type { JobStore } from '../../store/job-store.js';
import type { Service } from '../service/service.js';

export interface SharedAdminDeps {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly files: FileStore;
  readonly organizations: Organizations;
  /** What adding an organization needs; null: the server works for the token in its settings only. */
  readonly storing: (() => StoredOrganizationsDeps) | null;
  /** Takes a secret, which is redacted from then on. */
  readonly addSecret: (secret: string) => void;
}

export interface AdminDeps extends SharedAdminDeps {
  readonly caller: Caller;
  /** The service of the caller. */
  readonly service: Pick<Service, 'cancel'>;
}
