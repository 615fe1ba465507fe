/** The organizations that streams may show. Streams of one reach ask once a second together. */
import type { Clock } from '../../core/clock.js';
import type { Service } from '../../jobs/service/service.js';
import type { Caller } from '../../organizations/caller.js';

/** An organization may be added or removed while a stream is open (contract: seen within five seconds). */
const FRESH_MS = 1000;
const REACHES_MAX = 200;

/** The caller of a stream, its service, and the one organization that it asked for, if any. */
export interface Looker {
  readonly caller: Caller;
  readonly service: Pick<Service, 'visibleOrganizations'>;
  readonly organizationId: string | undefined;
}

interface Known {
  readonly atMs: number;
  readonly ids: Promise<ReadonlySet<string>>;
}

function reachOf({ caller: { organizations }, organizationId }: Looker): string {
  const reach = organizations === 'all' ? 'all' : [...organizations].sort();
  return JSON.stringify([reach, organizationId ?? null]);
}

export class VisibleOrganizations {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects as `visibleOrganizations` of the service. */
  of(looker: Looker): Promise<ReadonlySet<string>> {
    const reach = reachOf(looker);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(reach);
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.ids;
    if (this.#known.size >= REACHES_MAX) this.#known.clear();
    const asked = looker.service.visibleOrganizations(looker.organizationId);
    const ids = asked.then((found) => new Set(found));
    this.#known.set(reach, { atMs: nowMs, ids });
    ids.catch(() => this.#known.delete(reach));
    return ids;
  }
}
