/** The service of a caller, each method open only to the roles that may use it. */
import { AppError } from '../../core/errors.js';
import type { Role } from '../../model/access.js';
import { hasRole, type Caller } from '../../organizations/caller.js';
import type { Service } from '../service/service.js';

/** The least role that may call each method (contract, section 6). */
const ROLE_OF: Readonly<Record<keyof Service, Role>> = {
  job: 'viewer',
  jobVersion: 'viewer',
  lastChangeOf: 'viewer',
  visibleOrganizations: 'viewer',
  status: 'viewer',
  list: 'viewer',
  statistics: 'viewer',
  items: 'viewer',
  mappings: 'viewer',
  organizations: 'viewer',
  report: 'viewer',
  reportText: 'viewer',
  reportDownload: 'viewer',
  archiveDownload: 'viewer',
  template: 'viewer',
  writeTemplate: 'viewer',
  templateBytes: 'viewer',
  noteCall: 'viewer',
  inspect: 'operator',
  inspectFolders: 'operator',
  upload: 'operator',
  requestUpload: 'operator',
  receiveAtAddress: 'operator',
  export: 'operator',
  shortExportText: 'operator',
  exportBytes: 'operator',
  exportText: 'operator',
  exportDownload: 'operator',
  start: 'operator',
  startExport: 'operator',
  removeMapping: 'operator',
  cancel: 'operator',
  pause: 'operator',
  resume: 'operator',
  retry: 'operator',
  rollback: 'operator',
};

function forbidden({ role }: Pick<Caller, 'role'>, needed: Role): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: `This needs the role ${needed}; this key or token has the role ${role}.`,
    hint: 'Ask an admin of the server for a key with that role.',
  });
}

/** Throws `FORBIDDEN` if the caller's role does not suffice. */
export function checkRole(caller: Pick<Caller, 'role'>, needed: Role): void {
  if (!hasRole(caller, needed)) throw forbidden(caller, needed);
}

/** Rejects with `FORBIDDEN`, before anything is looked up, where the caller's role does not suffice. */
export function guardedService(service: Service, caller: Pick<Caller, 'role'>): Service {
  const guarded = Object.entries(ROLE_OF)
    .filter(([, needed]) => !hasRole(caller, needed))
    .map(([name, needed]) => [name, () => Promise.reject(forbidden(caller, needed))] as const);
  const refused = new Map<PropertyKey, unknown>(guarded);
  return new Proxy(service, {
    get(target, name) {
      const refusal = refused.get(name);
      if (refusal !== undefined) return refusal;
      const method: unknown = Reflect.get(target, name);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}
