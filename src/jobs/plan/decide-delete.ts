/** What a row of a deletion will do. Pure. */
import type { Cells } from '../../resources/definition/resource.js';
import type { Scalar } from '../../model/record.js';
import type { PoolEntry } from '../../model/snapshot.js';
import {
  ambiguous,
  endedDecision,
  ending,
  failure,
  failureOf,
  labelOf,
  matchOf,
  type Decision,
  type Ending,
  type Rules,
  type Surroundings,
  type Writing,
} from './decision.js';
import { enterRows } from './parse-rows.js';
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

function archive(entry: PoolEntry, rules: Rules): Ending | Writing {
  const { image, recordId } = entry;
  const step = archiveStep(rules.resource, recordId);
  if (step === null || !rules.archivesIfInUse) {
    const message = 'it is in use; options.archiveIfInUse archives such records instead';
    return failure('BILLY_VALIDATION', null, message);
  }
  const isArchived: Scalar = image.fields['isArchived'] ?? false;
  if (isArchived === true) return ending('unchanged', recordId, 'in use, and archived already');
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

function decideOne(entry: PoolEntry, around: Surroundings): Ending | Writing {
  const { rules, usedIds } = around;
  const { resource } = rules;
  const { recordId, image } = entry;
  if (entry.touchedBy !== null) {
    return ending('skipped', recordId, 'the same record stands in an earlier row');
  }
  const reason = resource.keepReason(image);
  if (reason !== null) return failure('BILLY_VALIDATION', null, reason);
  // Billy may delete what only drafts use, or may not (billy-api.md section 9): never asked to.
  if (usedIds.has(recordId)) return archive(entry, rules);
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

function actOf(match: Match, around: Surroundings): Ending | Writing {
  switch (match.kind) {
    case 'one':
      return decideOne(match.entry, around);
    case 'ambiguous':
      return ambiguous(match.key);
    case 'unknownId':
    case 'none':
      return ending('skipped', null, 'Billy has no such record');
  }
}

/** Decides one row of a deletion; what an earlier row of the file names already is skipped. */
export function decideDelete(rows: readonly FileRow[], around: Surroundings): Decision {
  const { rules, candidates } = around;
  const naming = rows.map(({ row, cells }) => ({ row, cells: namingCells(cells, rules) }));
  const { entered, issues } = enterRows(naming, rules);
  const refused = failureOf(issues);
  if (refused !== null) return endedDecision(refused, rows);
  const { match } = matchOf(entered.values, rules, candidates);
  const act = actOf(match, around);
  const label = labelOf(entered.values, rules.resource);
  return { act, label, touchedBy: [], duplicate: null, unknown: [] };
}
