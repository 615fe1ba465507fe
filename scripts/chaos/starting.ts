/** A job as it is started: its file, its options, and what the start is called. */
import type { NewJob } from '../../src/model/job.js';
import type { EventKind } from './events.js';
import { RAISED_UNIT, type JobSpec, type Raise, type Row } from './facts/facts.js';

export function csvOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** What a call with `where` and `set` stores. */
export function questionOf({ roundTo }: Raise): string {
  const step = roundTo === null ? {} : { roundTo };
  const set = { unitPrice: { multiplyBy: '1.04', ...step } };
  return JSON.stringify({ where: { unit: RAISED_UNIT }, set });
}

function optionsOf(spec: JobSpec): Record<string, string | boolean | number> {
  const { operation, strategy, continueOnError, rollbackOnError, archiveIfInUse } = spec;
  const isDeletion = operation === 'delete';
  return {
    ...(operation === 'import' ? { duplicateStrategy: strategy } : {}),
    ...(continueOnError ? {} : { continueOnError }),
    ...(rollbackOnError && !isDeletion ? { rollbackOnError } : {}),
    ...(isDeletion && archiveIfInUse ? { archiveIfInUse } : {}),
    ...(spec.batchSize === null ? {} : { batchSize: spec.batchSize }),
    ...(spec.dryRun ? { dryRun: true } : {}),
  };
}

const STRATEGY_EVENTS: Readonly<Record<string, EventKind>> = {
  skip: 'import skip',
  update: 'import update',
  merge: 'import merge',
  create: 'import create',
};

export function eventOf(spec: JobSpec): EventKind | undefined {
  const { operation, resource, strategy, raise } = spec;
  if (raise !== undefined) return 'raise by filter';
  if (operation === 'update') return 'update by id';
  if (operation === 'delete') return 'delete';
  return resource === 'invoice' ? 'invoices' : STRATEGY_EVENTS[strategy];
}

/** Rows that name planted records by position, with the ids that those have. */
export function resolvedSpec(spec: JobSpec, plantedIds: readonly string[]): JobSpec {
  const rows = spec.rows.map((row): Row => {
    const { id } = row;
    if (id?.startsWith('#') !== true) return row;
    return { ...row, id: plantedIds[Number(id.slice(1))] ?? id };
  });
  return { ...spec, rows };
}

export interface NewStart {
  readonly id: string;
  readonly organizationId: string;
  readonly lane: string;
  readonly spec: JobSpec;
  readonly sourceSettings: unknown;
  readonly planOfJobId: string | null;
  readonly createdAtMs: number;
}

/** What a tool would store for this start. */
export function newJobOf({ spec, ...start }: NewStart): NewJob {
  return {
    ...start,
    operation: spec.operation,
    resourceType: spec.resource,
    dryRun: spec.dryRun,
    label: null,
    options: optionsOf(spec),
    source: null,
    createdBy: 'chaos',
    warnings: [],
  };
}
