/** What one row will do: the decision that the dry run shows and the run carries out. Pure. */
import { clip } from '../core/text.js';
import { parseCells } from '../resources/cells.js';
import type { Lookups, Resource, RowIssue, RowValues } from '../resources/resource.js';
import type {
  FieldChange,
  ItemRecord,
  Outcome,
  PoolEntry,
  RecordImage,
  Step,
} from '../store/types.js';
import type { Candidates } from './candidates.js';
import { matchRow, type Match, type Matched } from './match.js';

export type Strategy = 'skip' | 'update' | 'merge' | 'create';

export interface Rules {
  readonly resource: Resource;
  readonly lookups: Lookups;
  readonly operation: 'import' | 'update';
  readonly strategy: Strategy;
  readonly matchOrder: readonly string[];
}

/** Nothing is sent: the row has its outcome. */
export interface Ending {
  readonly kind: 'end';
  readonly outcome: Outcome;
  readonly recordId: string | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

export interface Writing {
  readonly kind: 'write';
  readonly outcome: 'created' | 'updated' | 'merged';
  /** null: a new record. */
  readonly recordId: string | null;
  readonly steps: readonly Step[];
  readonly before: RecordImage | null;
  readonly after: RecordImage;
  readonly changes: readonly FieldChange[];
}

export interface Decision {
  readonly act: Ending | Writing;
  readonly label: string;
  readonly touchedBy: readonly number[];
  readonly duplicate: 'inFile' | 'inBilly' | null;
}

const LABEL_CHARS = 60;

export type Cells = Readonly<Record<string, string | null>>;

function ending(outcome: Outcome, recordId: string | null): Ending {
  return { kind: 'end', outcome, recordId, code: null, field: null, message: null };
}

function failure(code: string, field: string | null, message: string): Ending {
  return { kind: 'end', outcome: 'failed', recordId: null, code, field, message };
}

/** What the issues of a row come to; null: there are none. */
function failureOf(issues: readonly RowIssue[]): Ending | null {
  const [first] = issues;
  if (first === undefined) return null;
  const message = issues.map((issue) => issue.message).join('; ');
  return failure(first.code, first.field, message);
}

/**
 * Values that Billy already holds for this very record are no problem of the row, however odd they
 * are: an export fed back in is unchanged. Such cells count as blank.
 */
function withoutEchoes(
  cells: Cells,
  issues: readonly RowIssue[],
  context: { resource: Resource; entry: PoolEntry | null },
): Cells {
  const { resource, entry } = context;
  if (entry === null) return cells;
  const held = resource.exportRow(entry.image);
  const echoes = issues
    .map(({ field }) => field)
    .filter((field) => cells[field] === held[field]?.trim());
  return { ...cells, ...Object.fromEntries(echoes.map((field) => [field, ''])) };
}

/** Parses and resolves the cells: values, or every issue of the row at once. */
export function readCells(
  cells: Cells,
  rules: Pick<Rules, 'resource' | 'lookups'>,
  candidates: Candidates,
): { values: RowValues; issues: RowIssue[] } {
  const { resource, lookups } = rules;
  let parsed = parseCells(resource.rowSchema, cells);
  const id = cells['id'];
  if (parsed.issues.length > 0 && typeof id === 'string' && id !== '') {
    const entry = candidates.byId(id);
    parsed = parseCells(
      resource.rowSchema,
      withoutEchoes(cells, parsed.issues, { resource, entry }),
    );
  }
  if (parsed.issues.length > 0) return parsed;
  return resource.resolve(parsed.values, lookups);
}

function decideCreate(values: RowValues, rules: Rules, seq: number): Ending | Writing {
  const { resource, lookups } = rules;
  const refused = failureOf(resource.checkCreate(values));
  if (refused !== null) return refused;
  const body = resource.createBody(values, lookups);
  const steps: Step[] = [{ kind: 'create', collection: resource.collection, id: null, body }];
  return {
    kind: 'write',
    outcome: 'created',
    recordId: null,
    steps,
    before: null,
    after: resource.imageOfBody(virtualId(seq), body),
    changes: [],
  };
}

function decideChange(values: RowValues, entry: PoolEntry, rules: Rules): Ending | Writing {
  const { resource, lookups, operation, strategy } = rules;
  const isMerge = operation === 'import' && strategy === 'merge';
  const mode = isMerge ? 'merge' : 'update';
  const { image } = entry;
  const { steps, after, changes } = resource.changesFor({ values, image, mode, lookups });
  if (steps.length === 0) return ending('unchanged', entry.recordId);
  return {
    kind: 'write',
    outcome: isMerge ? 'merged' : 'updated',
    recordId: entry.recordId,
    steps,
    before: image,
    after,
    changes,
  };
}

/** The record id that stands for what a row will create, until Billy gives it one. */
export function virtualId(seq: number): string {
  return `row:${String(seq)}`;
}

/** The row that will make such a record; null for one that Billy has. */
export function seqOfVirtual(recordId: string): number | null {
  return isVirtual(recordId) ? Number(recordId.slice('row:'.length)) : null;
}

export function isVirtual(recordId: string): boolean {
  return recordId.startsWith('row:');
}

function decideMatched(
  values: RowValues,
  match: Extract<Match, { kind: 'one' }>,
  rules: Rules,
): Ending | Writing {
  const { entry, byId } = match;
  if (rules.operation === 'update') {
    if (byId && entry.touchedBy !== null) {
      return failure('ROW_INVALID', 'id', 'the same id stands in an earlier row');
    }
    return decideChange(values, entry, rules);
  }
  if (rules.strategy === 'skip') return ending('skipped', entry.recordId);
  return decideChange(values, entry, rules);
}

function decideMatch(
  row: { values: RowValues; seq: number },
  match: Match,
  rules: Rules,
): Ending | Writing {
  switch (match.kind) {
    case 'one':
      return decideMatched(row.values, match, rules);
    case 'ambiguous':
      return failure(
        'DUPLICATE_AMBIGUOUS',
        match.key,
        `${match.key} fits several records; give the id, or a stronger key`,
      );
    case 'unknownId':
      return rules.operation === 'update'
        ? failure('RECORD_NOT_FOUND', 'id', 'Billy has no record with this id')
        : failure('REFERENCE_NOT_FOUND', 'id', 'Billy has no record with this id');
    case 'none':
      return rules.operation === 'update'
        ? failure('RECORD_NOT_FOUND', null, 'Billy has no record that this row fits')
        : decideCreate(row.values, rules, row.seq);
  }
}

function duplicateOf({ match }: Matched, rules: Rules): Decision['duplicate'] {
  if (match.kind !== 'one' || rules.operation !== 'import') return null;
  return match.entry.touchedBy === null ? 'inBilly' : 'inFile';
}

function matchOf(values: RowValues, rules: Rules, candidates: Candidates): Matched {
  if (rules.operation === 'import' && rules.strategy === 'create') {
    return { match: { kind: 'none' }, touchedBy: [] };
  }
  const id = values['id'];
  const row = {
    id: typeof id === 'string' && id !== '' ? id : null,
    keys: rules.resource.keysOfRow(values),
  };
  return matchRow(row, rules.matchOrder, candidates);
}

const LABEL_COLUMNS = ['name', 'contactNo', 'productNo', 'id'];

/** How a row that cannot be read is called: by the first of its names that is filled. */
function labelOfCells(cells: Cells): string {
  const names = LABEL_COLUMNS.map((column) => cells[column] ?? '');
  return clip(names.find((name) => name !== '') ?? '', LABEL_CHARS);
}

/** Decides one row against the candidates as they stand. */
export function decide(
  item: Pick<ItemRecord, 'seq' | 'problem'>,
  cells: Cells,
  context: { rules: Rules; candidates: Candidates },
): Decision {
  const { rules, candidates } = context;
  const fallbackLabel = labelOfCells(cells);
  if (item.problem !== null) {
    const { code, field, message } = item.problem;
    const act = failure(code, field ?? null, message);
    return { act, label: fallbackLabel, touchedBy: [], duplicate: null };
  }
  const { values, issues } = readCells(cells, rules, candidates);
  const refused = failureOf(issues);
  if (refused !== null) {
    return { act: refused, label: fallbackLabel, touchedBy: [], duplicate: null };
  }
  const matched = matchOf(values, rules, candidates);
  const act = decideMatch({ values, seq: item.seq }, matched.match, rules);
  // A second row for one id fails whatever becomes of the first; nothing else is certain beforehand.
  const isCertain = act.kind === 'end' && act.code === 'ROW_INVALID';
  return {
    act,
    label: clip(rules.resource.labelOf(values), LABEL_CHARS),
    touchedBy: isCertain ? [] : matched.touchedBy,
    duplicate: duplicateOf(matched, rules),
  };
}
