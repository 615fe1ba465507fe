/** Decides the rows of a delete job. Pure. */
import {
  archiveChange,
  archiveStep,
  asArchived,
  isArchived,
} from '../../resources/definition/archive.js';
import type { Cells } from '../../resources/definition/resource.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import {
  ambiguous,
  checkedKeys,
  endedDecision,
  noRequest,
  failure,
  failureOf,
  labelOf,
  labelOfMatch,
  matchOf,
  type Decision,
  type NoRequest,
  type Rules,
  type Surroundings,
  type WriteRequest,
} from './decision.js';
import { checkChosen } from './check-chosen.js';
import { identityWarnings } from './check-identity.js';
import { parseRows } from './parse-rows.js';
import { withMessages } from './row-message.js';
import type { Match } from './match-row.js';
import type { FileRow } from '../scan/row-cells.js';

/**
 * The cells that identify the record: the id, or else the match keys. All other cells are ignored, however
 * odd: an export is a valid list to delete by, and Billy's own records hold odd values.
 */
function namingCells(cells: Cells, rules: Rules): Cells {
  const names = (cells['id'] ?? '') === '' ? rules.matchOrder : ['id'];
  return Object.fromEntries(Object.entries(cells).filter(([column]) => names.includes(column)));
}

function archive(
  entry: SnapshotEntry,
  { rules, uses }: Pick<Surroundings, 'rules' | 'uses'>,
): NoRequest | WriteRequest {
  const { image, recordId } = entry;
  const inUse = `the record is in use by ${uses.wordsFor(recordId)}`;
  const step = archiveStep(rules.resource, recordId);
  if (step === null || !rules.archivesIfInUse) {
    const message = `${inUse}; options.archiveIfInUse archives such records instead`;
    return failure('BILLY_VALIDATION', null, message);
  }
  if (isArchived(image)) {
    return noRequest('unchanged', recordId, `${inUse}; it is archived already`);
  }
  return {
    kind: 'write',
    outcome: 'archived',
    recordId,
    steps: [step],
    before: image,
    after: asArchived(image),
    changes: [archiveChange(image)],
    note: `${inUse}; it is archived instead`,
  };
}

function decideOne(entry: SnapshotEntry, surroundings: Surroundings): NoRequest | WriteRequest {
  const { rules, uses } = surroundings;
  const { resource } = rules;
  const { recordId, image } = entry;
  if (entry.changedByRow !== null) {
    return noRequest('skipped', recordId, 'an earlier row names the same record');
  }
  const reason = resource.keepReason(image);
  if (reason !== null) return failure('BILLY_VALIDATION', null, reason);
  // It is not documented whether Billy deletes a record that only drafts use (billy-api.md section 9), so
  // a record in use is never sent as a deletion.
  if (uses.has(recordId)) return archive(entry, surroundings);
  const { collection } = resource;
  return {
    kind: 'write',
    outcome: 'deleted',
    recordId,
    steps: [{ kind: 'remove', collection, id: recordId, body: {} }],
    before: image,
    after: image,
    changes: [],
  };
}

function actionFor(
  match: Match,
  at: { readonly row: FileRow | undefined; readonly name: string },
  surroundings: Surroundings,
): NoRequest | WriteRequest {
  switch (match.kind) {
    case 'one': {
      const { entry } = match;
      const checked = checkChosen({ row: at.row, entry, values: {} }, surroundings.rules);
      return checked.kind === 'refused' ? checked.action : decideOne(entry, surroundings);
    }
    case 'ambiguous':
      return ambiguous(match, at, surroundings.rules.resource);
    case 'unknownId':
    case 'none':
      return noRequest('skipped', null, 'the record does not exist in Billy');
  }
}

/** Decides one row of a delete job; a record that an earlier row names already is skipped. */
export function decideDelete(rows: readonly FileRow[], surroundings: Surroundings): Decision {
  const { rules, candidates } = surroundings;
  const naming = rows.map((row) => ({ ...row, cells: namingCells(row.cells, rules) }));
  const { parsed, issues } = parseRows(naming, rules);
  const refused = failureOf(withMessages(issues, rows));
  if (refused !== null) return endedDecision(refused, { rows, resource: rules.resource });
  const [row] = rows;
  // The name finds no record, but it must be that of the record.
  const name = row?.cells['name'] ?? '';
  const values = name === '' ? parsed.values : { ...parsed.values, name };
  const { match } = matchOf({ values, row }, rules, candidates);
  const action = actionFor(match, { row, name }, surroundings);
  const label = labelOfMatch(match, rules) || labelOf(parsed.values, rules.resource);
  const decision = { action, label, changedByRow: [], duplicate: null, unknown: [] };
  if (match.kind !== 'one') return decision;
  const checked = { values, keys: checkedKeys(values, rules) };
  const warnings = identityWarnings(checked, match, { rules, row });
  return warnings.length === 0 ? decision : { ...decision, warnings };
}
