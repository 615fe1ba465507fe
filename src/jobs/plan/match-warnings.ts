/** The warnings that follow from the record that a row meets, and from the rows that met it before. Pure. */
import { quote } from '../../core/text.js';
import { tidyText } from '../../files/cells/header-row.js';
import type { RecordImage } from '../../model/record.js';
import type { RowWarning } from '../../model/row-warning.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { withoutZerosKey } from '../../resources/definition/registered-numbers.js';
import type { Resource, RowIssue, RowValues } from '../../resources/definition/resource.js';
import type { Candidates } from '../snapshot/candidates.js';
import type { FileRow } from '../scan/row-cells.js';
import { identityWarnings, shownRecord } from './check-identity.js';
import { checkedKeys, type Decision, type Rules, type Surroundings } from './decision.js';
import { nameOf, type Match, type Matched, type MatchedRecord } from './match-row.js';
import { cellMessage } from './row-message.js';
import { seqOfVirtual } from '../job/virtual-id.js';

const NAME_CHARS = 60;
const NONE: readonly RowWarning[] = [];

/** True if the record becomes something else by the import: a customer that is imported as a supplier. */
export function isNewRole(image: RecordImage, { resource, lookups, operation }: Rules): boolean {
  if (operation !== 'import') return false;
  return resource.changesFor({ values: {}, image, mode: 'merge', lookups }).steps.length > 0;
}

/** True if an earlier row of the file changes the record, and this row names it by a key. */
export function isChangedByKey({ entry, key }: MatchedRecord): boolean {
  return entry.changedByRow !== null && key !== 'id';
}

const NOT_EARLIER: Pick<Decision, 'earlierRow'> = {};

/** The earlier row of the file that the messages about a match mean. */
export function earlierRowOf(match: Match): Pick<Decision, 'earlierRow'> {
  if (match.kind === 'none') return NOT_EARLIER;
  const entries: SnapshotEntry[] = [];
  if (match.kind === 'one') entries.push(match.entry);
  if (match.kind === 'ambiguous' && match.why !== 'several') entries.push(match.entry);
  if (match.kind === 'ambiguous' && match.why === 'owner' && match.owner !== null)
    entries.push(match.owner);
  // Only a dry run knows by the id which row makes a record, so the last row that changes it comes first.
  const seqs = entries.map(({ recordId, changedByRow }) => changedByRow ?? seqOfVirtual(recordId));
  const earlierRow = seqs.find((seq) => seq !== null) ?? null;
  return earlierRow === null ? NOT_EARLIER : { earlierRow };
}

function roleWarning({ entry }: MatchedRecord, { resource }: Rules): RowWarning {
  const name = quote(nameOf(entry.image), NAME_CHARS);
  const message = `${name} is in Billy already and becomes a ${resource.name} too`;
  return { code: 'IDENTITY_CHANGED', field: null, message };
}

function overwriteWarning({ key }: MatchedRecord, row: FileRow | undefined): RowWarning {
  const fault = 'is in an earlier row too, with other values; those of this row count';
  return { code: 'VALUE_SUSPECT', field: key, message: cellMessage(row, key, fault) };
}

const ZEROS_FIRST = /^0+(?=\d+$)/;

type Held = Readonly<Record<string, string>>;

/** True if the cell is the held number without its leading zeros. */
function isShortened(cell: string | null | undefined, held: string | undefined): boolean {
  if (typeof cell !== 'string' || cell === '' || held?.startsWith('0') !== true) return false;
  const shortened = held.trim().replace(ZEROS_FIRST, '');
  return shortened !== held.trim() && cell.trim() === shortened;
}

/** One warning for each cell of the row that has lost the zeros of the record's own number. */
export function lostZeros(
  row: FileRow,
  held: Held,
  { digitColumns }: Pick<Resource, 'digitColumns'>,
): RowIssue[] {
  return digitColumns
    .filter((column) => isShortened(row.cells[column], held[column]))
    .map((column) => {
      const message = 'has lost its leading zeros in a spreadsheet; the number in Billy stays';
      return { code: 'VALUE_SUSPECT', field: column, message };
    });
}

/** Warns of a new record if another record has its number with zeros in front. */
function sameButForZeros(
  row: FileRow | undefined,
  candidates: Candidates,
  resource: Resource,
): RowWarning[] {
  const [key = ''] = resource.numberKeys;
  const wanted = withoutZerosKey(key, row?.cells[key] ?? '');
  const [entry] = wanted === null ? [] : candidates.byKey(wanted);
  if (entry === undefined) return [];
  const fault = `is with zeros in front that of ${shownRecord(entry, '', resource)}: a spreadsheet may have removed them`;
  return [{ code: 'VALUE_SUSPECT', field: key, message: cellMessage(row, key, fault) }];
}

/** The warnings about the match of a row, beside the faults of its cells. */
export function matchWarnings(
  found: {
    readonly action: Decision['action'];
    readonly matched: Matched;
    readonly values: RowValues;
  },
  rows: readonly FileRow[],
  { rules, candidates }: Surroundings,
): readonly RowWarning[] {
  const { action, values } = found;
  const { match } = found.matched;
  const [row] = rows;
  const isWrite = action.kind === 'write';
  if (match.kind === 'none' && isWrite) {
    return candidates.isEmpty ? NONE : sameButForZeros(row, candidates, rules.resource);
  }
  if (match.kind !== 'one' || (action.kind === 'end' && action.outcome === 'failed')) return NONE;
  const checked = { values, keys: checkedKeys(values, rules) };
  const warnings = identityWarnings(checked, match, { rules, row });
  if (isWrite && isNewRole(match.entry.image, rules)) warnings.push(roleWarning(match, rules));
  const isOverwriting = action.kind === 'write' && action.outcome === 'updated';
  if (isOverwriting && isChangedByKey(match)) warnings.push(overwriteWarning(match, row));
  return warnings;
}

/** True if reading the held text from a file gives the cell. */
export function isEcho(cell: string | null | undefined, held: string | undefined): boolean {
  if (held === undefined || cell === '' || cell === null) return false;
  return cell === held.trim() || cell === tidyText(held);
}
