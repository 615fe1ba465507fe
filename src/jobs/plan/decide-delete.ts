/** What a row of a deletion will do. Pure. */
import type { Cells } from '../../resources/definition/resource.js';
import type { Scalar } from '../../model/record.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import {
  ambiguous,
  endedDecision,
  noRequest,
  failure,
  failureOf,
  labelOf,
  matchOf,
  type Decision,
  type NoRequest,
  type Rules,
  type Surroundings,
  type WriteRequest,
} from './decision.js';
import { parseRows } from './parse-rows.js';
import type { Match } from './match-row.js';
import type { FileRow } from '../scan/row-cells.js';
import { archiveStep } from '../job/item-steps.js';

/**
 * Only what names the record counts: the rest of the row may say what it likes, and beside an id the
 * keys too. Billy's own records hold odd ones, and an export of them is a list to delete by.
 */
function namingCells(cells: Cells, rules: Rules): Cells {
  const names = (cells['id'] ?? '') === '' ? rules.matchOrder : ['id'];
  return Object.fromEntries(Object.entries(cells).filter(([column]) => names.includes(column)));
}

function archive(entry: SnapshotEntry, rules: Rules): NoRequest | WriteRequest {
  const { image, recordId } = entry;
  const step = archiveStep(rules.resource, recordId);
  if (step === null || !rules.archivesIfInUse) {
    const message = 'it is in use; options.archiveIfInUse archives such records instead';
    return failure('BILLY_VALIDATION', null, message);
  }
  const isArchived: Scalar = image.fields['isArchived'] ?? false;
  if (isArchived === true) return noRequest('unchanged', recordId, 'in use, and archived already');
  return {
    kind: 'write',
    outcome: 'archived',
    recordId,
    steps: [step],
    before: image,
    after: { ...image, fields: { ...image.fields, isArchived: true } },
    changes: [{ field: 'isArchived', from: isArchived, to: true }],
  };
}

function decideOne(entry: SnapshotEntry, surroundings: Surroundings): NoRequest | WriteRequest {
  const { rules, referencedIds } = surroundings;
  const { resource } = rules;
  const { recordId, image } = entry;
  if (entry.changedByRow !== null) {
    return noRequest('skipped', recordId, 'the same record stands in an earlier row');
  }
  const reason = resource.keepReason(image);
  if (reason !== null) return failure('BILLY_VALIDATION', null, reason);
  // Billy may delete what only drafts use, or may not (billy-api.md section 9): never asked to.
  if (referencedIds.has(recordId)) return archive(entry, rules);
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

function actOf(match: Match, surroundings: Surroundings): NoRequest | WriteRequest {
  switch (match.kind) {
    case 'one':
      return decideOne(match.entry, surroundings);
    case 'ambiguous':
      return ambiguous(match.key);
    case 'unknownId':
    case 'none':
      return noRequest('skipped', null, 'Billy has no such record');
  }
}

/** Decides one row of a deletion; what an earlier row of the file names already is skipped. */
export function decideDelete(rows: readonly FileRow[], surroundings: Surroundings): Decision {
  const { rules, candidates } = surroundings;
  const naming = rows.map(({ row, cells }) => ({ row, cells: namingCells(cells, rules) }));
  const { parsed: parsed, issues } = parseRows(naming, rules);
  const refused = failureOf(issues);
  if (refused !== null) return endedDecision(refused, rows);
  const { match } = matchOf(parsed.values, rules, candidates);
  const act = actOf(match, surroundings);
  const label = labelOf(parsed.values, rules.resource);
  return { action: act, label, changedByRow: [], duplicate: null, unknown: [] };
}
