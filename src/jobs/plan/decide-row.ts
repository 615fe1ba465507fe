/** What one item will do: the decision that the dry run shows and the run carries out. Pure. */
import type { ParsedRow, RowIssue, RowValues } from '../../resources/definition/resource.js';
import type { FieldChange, EarlierRecord, Problem, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { decideDelete } from './decide-delete.js';
import {
  ambiguous,
  endedDecision,
  noRequest,
  failure,
  failureOf,
  labelOf,
  labelOfCells,
  matchOf,
  virtualId,
  type DecidedItem,
  type Decision,
  type NoRequest,
  type Rules,
  type Surroundings,
  type WriteRequest,
} from './decision.js';
import { parseRows, placed, type ParsedRows } from './parse-rows.js';
import type { Match, Matched } from './match-row.js';
import type { FileRow } from '../scan/row-cells.js';

/**
 * Values that Billy already holds for this very record are no problem of the row, however odd they
 * are: an export fed back in is unchanged. Such cells count as blank.
 */
function ignoreUnchangedCells(
  read: ParsedRows,
  rows: readonly FileRow[],
  context: { readonly rules: Rules; readonly entry: SnapshotEntry | null },
): ParsedRows {
  const { rules, entry } = context;
  const [first] = rows;
  if (entry === null || first === undefined || rules.resource.grouping !== null) return read;
  const held = rules.resource.exportRow(entry.image, rules.lookups);
  const isEcho = ({ field }: RowIssue): boolean => first.cells[field] === held[field]?.trim();
  const echoes = new Set(read.issues.filter(isEcho).map(({ field }) => field));
  const known = Object.entries(read.parsed.values).filter(([name]) => !echoes.has(name));
  const values = Object.fromEntries(known);
  const issues = read.issues.filter(({ field }) => !echoes.has(field));
  return { parsed: { values, lines: [values] }, issues };
}

function decideCreate(parsed: ParsedRow, rules: Rules, seq: number): WriteRequest {
  const { resource, lookups } = rules;
  const assumptions = resource.assumptions(parsed, lookups);
  return new Creation({ parsed, rules, seq }, assumptions);
}

interface CreationOf {
  readonly parsed: ParsedRow;
  readonly rules: Rules;
  readonly seq: number;
}

/** What is to be sent is made up when it is asked for: a dry run seldom does, and a file may have a million rows. */
class Creation implements WriteRequest {
  readonly kind = 'write';
  readonly outcome = 'created';
  readonly recordId = null;
  readonly before = null;
  readonly changes: readonly FieldChange[] = [];
  readonly assumptions: readonly Problem[];
  readonly #of: CreationOf;

  constructor(of: CreationOf, assumptions: readonly Problem[]) {
    this.#of = of;
    this.assumptions = assumptions;
  }

  get steps(): readonly Step[] {
    const { collection } = this.#of.rules.resource;
    return [{ kind: 'create', collection, id: null, body: this.#body() }];
  }

  get after(): RecordImage {
    const { rules, seq } = this.#of;
    return rules.resource.imageOfBody(virtualId(seq), this.#body(), rules.lookups);
  }

  #body(): Step['body'] {
    const { parsed, rules } = this.#of;
    return rules.resource.createBody(parsed, rules.lookups);
  }
}

/** The changes as a file would show them: under our column names, numbers and labels for ids. */
function shownChanges(
  changes: readonly FieldChange[],
  images: { readonly before: RecordImage; readonly after: RecordImage },
  { resource, lookups }: Rules,
): FieldChange[] {
  const [before, after] = [images.before, images.after].map((image) =>
    resource.exportRow(image, lookups),
  );
  return changes.map((change) => {
    const column = resource.columnOf[change.field];
    const [from, to] = [before?.[column ?? ''] ?? '', after?.[column ?? ''] ?? ''];
    // Where a file would show nothing of it, it stands as Billy has it.
    return column === undefined || from === to ? change : { field: column, from, to };
  });
}

/** An import never brings a record back from the archive; a list of updates may. */
function wishedValues(values: RowValues, operation: Rules['operation']): RowValues {
  if (operation !== 'import' || values['isArchived'] !== false) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'isArchived'));
}

function decideChange(
  wished: RowValues,
  entry: SnapshotEntry,
  rules: Rules,
): NoRequest | WriteRequest {
  const { resource, lookups, operation, strategy } = rules;
  const values = wishedValues(wished, operation);
  const isMerge = operation === 'import' && strategy === 'merge';
  const mode = isMerge ? 'merge' : 'update';
  const { image } = entry;
  const { steps, after, changes } = resource.changesFor({ values, image, mode, lookups });
  if (steps.length === 0) return noRequest('unchanged', entry.recordId);
  const shown = shownChanges(changes, { before: image, after }, rules);
  return {
    kind: 'write',
    outcome: isMerge ? 'merged' : 'updated',
    recordId: entry.recordId,
    steps,
    before: image,
    after,
    changes: shown,
  };
}

function decideMatched(
  values: RowValues,
  match: Extract<Match, { kind: 'one' }>,
  rules: Rules,
): NoRequest | WriteRequest {
  const { entry, byId } = match;
  const isTwice = rules.operation === 'update' && byId && entry.changedByRow !== null;
  if (isTwice) return failure('ROW_INVALID', 'id', 'the same id stands in an earlier row');
  return decideChange(values, entry, rules);
}

/** An update of what is not there, or of nothing that the row names. */
function notFound(values: RowValues, { resource, matchOrder }: Rules): NoRequest {
  const filled = new Set(resource.keysOfRow(values).map(({ key }) => key));
  const named = matchOrder.find((key) => filled.has(key));
  if (named !== undefined) {
    return failure('RECORD_NOT_FOUND', named, 'Billy has no record that this row fits');
  }
  const keys = ['id', ...matchOrder].join(', ');
  return failure('ROW_INVALID', null, `the row names no record: fill one of ${keys}`);
}

function decideMatch(
  row: { parsed: ParsedRow; seq: number },
  match: Match,
  rules: Rules,
): NoRequest | WriteRequest {
  const isUpdate = rules.operation === 'update';
  switch (match.kind) {
    case 'one':
      return decideMatched(row.parsed.values, match, rules);
    case 'ambiguous':
      return ambiguous(match.key);
    case 'unknownId': {
      const code = isUpdate ? 'RECORD_NOT_FOUND' : 'REFERENCE_NOT_FOUND';
      return failure(code, 'id', 'Billy has no record with this id');
    }
    case 'none':
      return isUpdate
        ? notFound(row.parsed.values, rules)
        : decideCreate(row.parsed, rules, row.seq);
  }
}

function duplicateOf({ match }: Matched, rules: Rules): Decision['duplicate'] {
  if (match.kind !== 'one' || rules.operation !== 'import') return null;
  return match.entry.changedByRow === null ? 'inBilly' : 'inFile';
}

/** An earlier job made this already, or may have. */
function decideMade({ recordId }: EarlierRecord): NoRequest {
  if (recordId !== null) return noRequest('skipped', recordId);
  const message =
    'an earlier job lost the answer for this one: retry that job, or roll it back and look in Billy, before it is imported again';
  return failure('OUTCOME_UNKNOWN', null, message);
}

/** Rows that belong together stand under one reference: a number of another group is a mistake. */
function isOfOtherGroup({ match }: Matched, { resource, operation }: Rules): boolean {
  const isTaken = match.kind === 'one' && match.entry.changedByRow !== null;
  return resource.grouping !== null && operation === 'import' && isTaken;
}

/** The record that an import leaves as it is. */
function keptEntry({ match }: Matched, rules: Rules): SnapshotEntry | null {
  const isKeeping = rules.strategy === 'skip' || rules.resource.isFinal;
  return match.kind === 'one' && rules.operation === 'import' && isKeeping ? match.entry : null;
}

interface MatchedRows {
  readonly matched: Matched;
  /** With every problem that is one beside the record that the rows mean. */
  readonly read: ParsedRows;
}

function actOf(
  item: DecidedItem,
  { matched, read }: MatchedRows,
  { rules, made }: Surroundings,
): NoRequest | WriteRequest {
  const isReadable = read.issues.every(({ code }) => code !== 'ROW_INVALID');
  const earlier = made.get(item.groupKey ?? '');
  const kept = keptEntry(matched, rules);
  // What is there already needs nothing looked up.
  if (isReadable && earlier !== undefined) return decideMade(earlier);
  if (isOfOtherGroup(matched, rules)) {
    const [key = null] = rules.matchOrder;
    return failure('ROW_INVALID', key, 'other rows of the file use it under another reference');
  }
  if (isReadable && kept !== null) return noRequest('skipped', kept.recordId);
  const row = { parsed: read.parsed, seq: item.seq };
  return failureOf(read.issues) ?? decideMatch(row, matched.match, rules);
}

const UNMATCHED: Matched = { match: { kind: 'none' }, changedByRow: [] };

/** All of both, in most cases nothing. */
function decideAll<T>(some: readonly T[], more: readonly T[]): readonly T[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

/** What the rows say, and which record they mean. */
function readAndMatch(
  item: DecidedItem,
  rows: readonly FileRow[],
  { rules, candidates, made }: Surroundings,
): MatchedRows {
  const isUnmatched =
    rules.operation === 'import' && rules.strategy === 'create' && !rules.resource.isFinal;
  const { parsed: parsed, issues } = parseRows(rows, rules);
  const matched = isUnmatched ? UNMATCHED : matchOf(parsed.values, rules, candidates);
  const entry = matched.match.kind === 'one' ? matched.match.entry : null;
  const { resource, lookups } = rules;
  const checks = resource.checkRow(parsed, entry?.image ?? null);
  const isMade = made.has(item.groupKey ?? '');
  const isNew = matched.match.kind === 'none' && rules.operation === 'import' && !isMade;
  const placedChecks = checks.length === 0 ? checks : checks.map((each) => placed(each, rows));
  const found = decideAll(issues, placedChecks);
  // What a new record lacks, unless the cell is there and was found faulty.
  const lacking = isNew ? resource.checkCreate(parsed, lookups) : [];
  const unsaid = lacking.filter(({ field }) => found.every((other) => other.field !== field));
  const read = { parsed: parsed, issues: decideAll(found, unsaid) };
  return { matched, read: ignoreUnchangedCells(read, rows, { rules, entry }) };
}

function decideRows(
  item: DecidedItem,
  rows: readonly FileRow[],
  surroundings: Surroundings,
): Decision {
  const { rules } = surroundings;
  const found = readAndMatch(item, rows, surroundings);
  const { matched, read } = found;
  const act = actOf(item, found, surroundings);
  const isRefused = act.kind === 'end' && act.outcome === 'failed' && read.issues.length > 0;
  if (isRefused) return endedDecision(act, rows, read.issues);
  // A second row for one id fails whatever becomes of the first; nothing else is certain beforehand.
  const isCertain = act.kind === 'end' && act.code === 'ROW_INVALID';
  return {
    action: act,
    label: labelOf(read.parsed.values, rules.resource) || labelOfCells(rows[0]?.cells),
    changedByRow: isCertain ? [] : matched.changedByRow,
    duplicate: duplicateOf(matched, rules),
    unknown: [],
  };
}

/** Decides one item against what is there as it stands. */
export function decideRow(
  item: DecidedItem,
  rows: readonly FileRow[],
  surroundings: Surroundings,
): Decision {
  if (item.problem !== null) {
    const { code, field, message } = item.problem;
    return endedDecision(failure(code, field ?? null, message), rows);
  }
  if (surroundings.rules.operation === 'delete') return decideDelete(rows, surroundings);
  return decideRows(item, rows, surroundings);
}
