/** Decides one item: the dry run shows the decision, the run carries it out. Pure. */
import { withoutUnarchiving } from '../../resources/definition/archive.js';
import type { ParsedRow, RowIssue, RowValues } from '../../resources/definition/resource.js';
import type { FieldChange, EarlierRecord, Problem, Step } from '../../model/item.js';
import type { Money } from '../../model/money.js';
import type { RecordImage } from '../../model/record.js';
import { isLeftOut, type RowWarning } from '../../model/row-warning.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { decideDelete } from './decide-delete.js';
import {
  ambiguous,
  cellFailure,
  endedDecision,
  noRequest,
  failure,
  failureOf,
  labelOf,
  labelOfCells,
  labelOfMatch,
  matchOf,
  type DecidedItem,
  type Decision,
  type NoRequest,
  type Rules,
  type Surroundings,
  type WriteRequest,
} from './decision.js';
import { virtualId } from '../job/virtual-id.js';
import {
  concat,
  missingIn,
  NO_WARNINGS,
  parseRows,
  placed,
  withoutWarnings,
  type ParsedRows,
} from './parse-rows.js';
import { UNMATCHED, type Match, type Matched, type MatchedRecord } from './match-row.js';
import {
  earlierRowOf,
  isChangedByKey,
  isEcho,
  isNewRole,
  lostZeros,
  matchWarnings,
} from './match-warnings.js';
import { rowNameOf, sameRecordMessage } from './check-identity.js';
import { readerMessage, withMessages } from './row-message.js';
import { checkChosen } from './check-chosen.js';
import type { FileRow } from '../scan/row-cells.js';

/** Cells that equal the value in Billy's record count as blank: an export comes back unchanged, however odd it is. */
function ignoreUnchangedCells(
  read: ParsedRows,
  rows: readonly FileRow[],
  context: { readonly rules: Rules; readonly entry: SnapshotEntry | null },
): ParsedRows {
  const { rules, entry } = context;
  const [first] = rows;
  if (entry === null || first === undefined || rules.resource.grouping !== null) return read;
  const held = rules.resource.exportRow(entry.image, rules.lookups);
  const isUnchanged = ({ field }: RowIssue): boolean => isEcho(first.cells[field], held[field]);
  const shortened = lostZeros(first, held, rules.resource);
  const unchanged = new Set(
    [...read.issues.filter(isUnchanged), ...shortened].map(({ field }) => field),
  );
  for (const field in first.cells) {
    // Equal cells are no change anyway; a reader tidies what Billy holds untidily.
    const isTidied = first.cells[field] !== held[field] && isEcho(first.cells[field], held[field]);
    if (isTidied) unchanged.add(field);
  }
  const known = Object.entries(read.parsed.values).filter(([name]) => !unchanged.has(name));
  const values = Object.fromEntries(known);
  const issues = read.issues.filter(({ field }) => !unchanged.has(field));
  return { parsed: { values, lines: [values] }, issues: concat(issues, shortened) };
}

function decideCreate(parsed: ParsedRow, rules: Rules, seq: number): WriteRequest {
  const { resource, lookups } = rules;
  const assumptions = resource.assumptions(parsed, lookups);
  return new Creation({ parsed, rules, seq }, assumptions);
}

interface CreationSource {
  readonly parsed: ParsedRow;
  readonly rules: Rules;
  readonly seq: number;
}

const NO_CHANGES: readonly FieldChange[] = [];

/** A create that builds its body on demand: a dry run seldom reads it, and a file may have a million rows. */
class Creation implements WriteRequest {
  readonly kind = 'write';
  readonly outcome = 'created';
  readonly recordId = null;
  readonly before = null;
  readonly changes = NO_CHANGES;
  readonly assumptions: readonly Problem[];
  readonly #source: CreationSource;

  constructor(source: CreationSource, assumptions: readonly Problem[]) {
    this.#source = source;
    this.assumptions = assumptions;
  }

  get steps(): readonly Step[] {
    const { collection } = this.#source.rules.resource;
    return [{ kind: 'create', collection, id: null, body: this.#body() }];
  }

  get after(): RecordImage {
    const { rules, seq } = this.#source;
    return rules.resource.imageOfBody(virtualId(seq), this.#body(), rules.lookups);
  }

  get money(): Money | null {
    const { parsed, rules } = this.#source;
    return rules.resource.moneyOf?.(parsed, rules.lookups) ?? null;
  }

  #body(): Step['body'] {
    const { parsed, rules } = this.#source;
    return rules.resource.createBody(parsed, rules.lookups);
  }
}

/** The changes in the terms of a file: our column names, with numbers and labels in place of ids. */
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
    // A change that a file would not show stays in Billy's terms.
    return column === undefined || from === to ? change : { field: column, from, to };
  });
}

function decideChange(
  wished: RowValues,
  entry: SnapshotEntry,
  rules: Rules,
): NoRequest | WriteRequest {
  const { resource, lookups, operation, strategy } = rules;
  // An import never brings a record back from the archive; an update job may.
  const values = operation === 'import' ? withoutUnarchiving(wished) : wished;
  const isMerge = operation === 'import' && strategy === 'merge';
  const mode = isMerge ? 'merge' : 'update';
  const { image } = entry;
  const { steps, after, changes } = resource.changesFor({ values, image, mode, lookups });
  if (steps.length === 0) return noRequest('unchanged', entry.recordId);
  const shown = shownChanges(changes, { before: image, after }, rules);
  return {
    kind: 'write',
    outcome: isMerge && !isNewRole(image, rules) ? 'merged' : 'updated',
    recordId: entry.recordId,
    steps,
    before: image,
    after,
    changes: shown,
  };
}

/** The facts that are decided on once the rows of an item are read. */
interface ReadItem {
  readonly parsed: ParsedRow;
  readonly seq: number;
  /** The first of its rows, for messages. */
  readonly row: FileRow | undefined;
}

function decideMatched(
  { parsed, row }: ReadItem,
  match: MatchedRecord,
  rules: Rules,
): NoRequest | WriteRequest {
  const { entry, key } = match;
  const isTwice = rules.operation === 'update' && key === 'id' && entry.changedByRow !== null;
  if (isTwice) return cellFailure('ROW_INVALID', 'id', { row, fault: 'is in an earlier row too' });
  const checked = checkChosen({ row, entry, values: parsed.values }, rules);
  return checked.kind === 'refused' ? checked.action : decideChange(checked.values, entry, rules);
}

/** Fails an update of a record that does not exist, and an update that names no record. */
function notFound({ parsed, row }: ReadItem, { resource, matchOrder }: Rules): NoRequest {
  const filled = new Set(resource.keysOfRow(parsed.values).map(({ key }) => key));
  const named = matchOrder.find((key) => filled.has(key));
  if (named !== undefined) {
    return cellFailure('RECORD_NOT_FOUND', named, { row, fault: 'matches no record in Billy' });
  }
  const keys = ['id', ...matchOrder].join(', ');
  return failure('ROW_INVALID', null, `the row names no record: fill in one of ${keys}`);
}

function decideMatch(read: ReadItem, match: Match, rules: Rules): NoRequest | WriteRequest {
  const isUpdate = rules.operation === 'update';
  switch (match.kind) {
    case 'one':
      return decideMatched(read, match, rules);
    case 'ambiguous':
      return ambiguous(
        match,
        { row: read.row, name: rowNameOf(read.parsed.values) },
        rules.resource,
      );
    case 'unknownId': {
      const code = isUpdate ? 'RECORD_NOT_FOUND' : 'REFERENCE_NOT_FOUND';
      return cellFailure(code, 'id', {
        row: read.row,
        fault: 'is not the id of a record in Billy',
      });
    }
    case 'none':
      return isUpdate ? notFound(read, rules) : decideCreate(read.parsed, rules, read.seq);
  }
}

function duplicateOf({ match }: Matched, rules: Rules): Decision['duplicate'] {
  if (match.kind !== 'one') return null;
  if (rules.operation !== 'import') return isChangedByKey(match) ? 'inFile' : null;
  return match.entry.changedByRow === null ? 'inBilly' : 'inFile';
}

/** Decides an item that an earlier job has created already, or may have created. */
function decideMade({ recordId }: EarlierRecord): NoRequest {
  if (recordId !== null) return noRequest('skipped', recordId);
  const message =
    'an earlier job lost the answer for this one: before you import it again, retry that job, or roll it back and check in Billy';
  return failure('OUTCOME_UNKNOWN', null, message);
}

/** True if a group of rows uses the number of another group: a mistake, as one record has one reference. */
function isOfOtherGroup({ match }: Matched, { resource, operation }: Rules): boolean {
  const isTaken = match.kind === 'one' && match.entry.changedByRow !== null;
  return resource.grouping !== null && operation === 'import' && isTaken;
}

/** The match of an existing record that an import leaves unchanged; null: none. */
function keptMatch({ match }: Matched, rules: Rules): MatchedRecord | null {
  const isKeeping = rules.strategy === 'skip' || rules.resource.isFinal;
  return match.kind === 'one' && rules.operation === 'import' && isKeeping ? match : null;
}

/** Keeps the record, and names it. A contact only becomes what the import is of: customer, supplier. */
function decideKept(
  match: MatchedRecord,
  rules: Rules,
  row: FileRow | undefined,
): NoRequest | WriteRequest {
  const { entry } = match;
  const role = rules.resource.isFinal ? null : decideChange({}, entry, rules);
  if (role?.kind === 'write') return role;
  const message = sameRecordMessage(match, row, rules.resource);
  return noRequest('skipped', entry.recordId, message);
}

interface MatchedRows {
  readonly rows: readonly FileRow[];
  readonly matched: Matched;
  /** Holds every fault, including those that only the matched record reveals. */
  readonly read: ParsedRows;
  readonly warnings: readonly RowWarning[];
}

function actionFor(
  item: DecidedItem,
  { rows, matched, read }: MatchedRows,
  { rules, made }: Surroundings,
): NoRequest | WriteRequest {
  const isReadable = read.issues.every(({ code }) => code !== 'ROW_INVALID');
  const earlier = made.get(item.groupKey ?? '');
  const kept = keptMatch(matched, rules);
  // For a record that exists already, unknown references do not matter.
  if (isReadable && earlier !== undefined) return decideMade(earlier);
  if (isOfOtherGroup(matched, rules)) {
    const [key = 'id'] = rules.matchOrder;
    const fault = 'is used by other rows of the file under another reference';
    return cellFailure('ROW_INVALID', key, { row: rows[0], fault });
  }
  if (isReadable && kept !== null) return decideKept(kept, rules, rows[0]);
  const readItem = { parsed: read.parsed, seq: item.seq, row: rows[0] };
  return failureOf(read.issues) ?? decideMatch(readItem, matched.match, rules);
}

/** True for an import that creates a record for every row, whatever is in Billy. */
function matchesNone({ resource, operation, strategy }: Rules): boolean {
  return operation === 'import' && strategy === 'create' && !resource.isFinal;
}

/** Parses and checks the rows, and matches them to a record. */
function readAndMatch(
  item: DecidedItem,
  rows: readonly FileRow[],
  { rules, candidates, made }: Surroundings,
): MatchedRows {
  const { parsed, issues } = parseRows(rows, rules);
  const matched = matchesNone(rules)
    ? UNMATCHED
    : matchOf({ values: parsed.values, row: rows[0] }, rules, candidates);
  const entry = matched.match.kind === 'one' ? matched.match.entry : null;
  const { resource, lookups } = rules;
  const checks = resource.checkRow(parsed, entry?.image ?? null);
  const isMade = made.has(item.groupKey ?? '');
  const isNew = matched.match.kind === 'none' && rules.operation === 'import' && !isMade;
  const lacking = isNew ? resource.checkCreate(parsed, lookups) : NO_ISSUES;
  const hasFaults = issues.length + checks.length + lacking.length > 0;
  // Most new rows are done here; a file may have a million.
  if (!hasFaults && entry === null)
    return { rows, matched, read: { parsed, issues }, warnings: NO_WARNINGS };
  const found = concat(
    issues,
    checks.map((each) => placed(each, rows)),
  );
  const missing = missingIn(lacking, found).map((each) => placed(each, rows));
  const all = { parsed, issues: concat(found, missing) };
  const read = ignoreUnchangedCells(all, rows, { rules, entry });
  return { rows, matched, ...withoutWarnings(withRowMessages(read, rows)) };
}

/** Adds header and value to the messages of the issues; most rows have none and stay unchanged. */
function withRowMessages(read: ParsedRows, rows: readonly FileRow[]): ParsedRows {
  return read.issues.length === 0 ? read : { ...read, issues: withMessages(read.issues, rows) };
}

function decideRows(
  item: DecidedItem,
  rows: readonly FileRow[],
  surroundings: Surroundings,
): Decision {
  const { rules } = surroundings;
  const found = readAndMatch(item, rows, surroundings);
  const { matched, read } = found;
  const action = actionFor(item, found, surroundings);
  const told = matchWarnings({ action, matched, values: read.parsed.values }, rows, surroundings);
  const warnings = concat(concat(item.warnings, found.warnings), told);
  const isRefused = action.kind === 'end' && action.outcome === 'failed' && read.issues.length > 0;
  const own = labelOfMatch(matched.match, rules);
  if (isRefused) {
    const ended = endedDecision(action, { rows, resource: rules.resource, issues: read.issues });
    return own === '' ? ended : { ...ended, label: own };
  }
  // A second row for one id fails whatever the result of the first; any other decision may still change.
  const isCertain = action.kind === 'end' && action.code === 'ROW_INVALID';
  const decision: Decision = {
    action,
    label:
      own ||
      labelOf(read.parsed.values, rules.resource) ||
      labelOfCells(rows[0]?.cells, rules.resource),
    changedByRow: isCertain ? NO_ROWS : matched.changedByRow,
    duplicate: duplicateOf(matched, rules),
    unknown: NO_ISSUES,
  };
  return withNotes(decision, warnings, matched.match);
}

const NO_ISSUES: readonly RowIssue[] = [];
const NO_ROWS: readonly number[] = [];

/** The decision with its warnings and the earlier row that they mean. Most have neither, and need no copy. */
function withNotes(decision: Decision, warnings: readonly RowWarning[], match: Match): Decision {
  const earlier = earlierRowOf(match);
  if (warnings.length > 0) return { ...decision, warnings, ...earlier };
  return earlier.earlierRow === undefined ? decision : { ...decision, ...earlier };
}

/** The decision for a row that is left out: the line of totals below a table, or one that is marked to be kept. */
function leftOutDecision(
  warnings: readonly RowWarning[],
  rows: readonly FileRow[],
  { rules }: Surroundings,
): Decision {
  const action = noRequest('skipped', null);
  return { ...endedDecision(action, { rows, resource: rules.resource }), warnings };
}

/** Decides one item against the current candidates. */
export function decideRow(
  item: DecidedItem,
  rows: readonly FileRow[],
  surroundings: Surroundings,
): Decision {
  if (item.problem !== null) {
    const { code, field = null, message } = item.problem;
    const action = failure(code, field, readerMessage(field, message));
    return endedDecision(action, { rows, resource: surroundings.rules.resource });
  }
  if (item.warnings.some(({ code }) => isLeftOut(code)))
    return leftOutDecision(item.warnings, rows, surroundings);
  if (surroundings.rules.operation === 'delete') return decideDelete(rows, surroundings);
  return decideRows(item, rows, surroundings);
}
