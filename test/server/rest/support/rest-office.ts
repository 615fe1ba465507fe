/** An office served over HTTP, and a client of its REST routes for each kind of caller. */
import type { Role } from '../../../../src/model/access.js';
import {
  openHttpOffice,
  type HttpOffice,
  type HttpOfficeOptions,
} from '../../http/support/http-office.js';
import { bearer, send, type RawAnswer } from '../../http/support/raw.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RestRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to a path of the server, with the key of a caller. */
export type Rest = (method: Method, path: string, request?: RestRequest) => Promise<RawAnswer>;

export interface RestOffice extends HttpOffice {
  readonly as: (key: string) => Rest;
  /** A caller of alfa alone. */
  readonly alfaAs: (role: Role) => Promise<Rest>;
  /** An admin of all organizations. */
  readonly admin: Rest;
}

export function restAt(url: string, key: string): Rest {
  return (method, path, { body, headers = {} } = {}) =>
    send(`${url}${path}`, {
      method,
      headers: {
        ...bearer(key),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

export async function openRestOffice(options: HttpOfficeOptions = {}): Promise<RestOffice> {
  const office = await openHttpOffice(options);
  const as = (key: string): Rest => restAt(office.server.url, key);
  const { key } = await office.keyFor({ role: 'admin', name: 'Carla' });
  return {
    ...office,
    as,
    admin: as(key),
    alfaAs: async (role) => {
      const organizations = [office.alfa.organizationId];
      return as((await office.keyFor({ role, organizations })).key);
    },
  };
}

/** Starts an import of so many customers for alfa and waits for its end; returns the id of the job. */
export async function importOf(
  { alfa }: { readonly alfa: Pick<HttpOffice['alfa'], 'organizationId'> },
  rest: Rest,
  names: readonly string[],
): Promise<string> {
  const answer = await rest('POST', '/api/v1/jobs', {
    body: {
      resourceType: 'customer',
      operation: 'import',
      organizationId: alfa.organizationId,
      rows: names.map((name) => ({ name })),
      waitSeconds: 20,
    },
  });
  return String(answer.json?.['jobId']);
}
