/** Which kinds of event a seed met. */
export const EVENTS = [
  'kill',
  'orderly stop',
  'freeze',
  'freeze longer than the lease',
  'freeze at the wire',
  'failing disk',
  'slow disk',
  'two processes',
  'clock +1 h',
  'clock -1 h',
  'lost answer',
  'late save',
  '429',
  'outage',
  'gateway status, not saved',
  'gateway status, saved',
  'altered value',
  'lagging list',
  'delivered twice',
  'silent deletion',
  'total too high',
  'person creates',
  'person creates as a row',
  'person edits',
  'person edits what the page does not name',
  'person archives',
  'person uses',
  'person deletes',
  'person changes a child',
  'person refused',
  'pause and resume',
  'cancel',
  'retry',
  'import skip',
  'import update',
  'import merge',
  'import create',
  'update by id',
  'raise by filter',
  'delete',
  'invoices',
  'bulk save',
  'dry run',
  'run of a plan',
  'stop at the first failure',
  'rollback at the first failure',
  'rollback',
  'rollback foretold',
  'second job',
  'job after a rollback',
  'failed row',
  'unknown row',
] as const;
export type EventKind = (typeof EVENTS)[number];

export class Met {
  readonly #kinds = new Set<EventKind>();

  note(kind: EventKind): void {
    this.#kinds.add(kind);
  }

  get kinds(): readonly EventKind[] {
    return [...this.#kinds];
  }
}
