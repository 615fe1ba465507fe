/**
 * The numbered faults of the issue "Reality", each with the findings by which the simulation sees it.
 * Each names what takes its correction away: a safeguard, which a process can be robbed of from outside,
 * or edits in a copy of the sources. Without it a seed turns red (`npm run chaos -- --prove`). Fault 10
 * (processes that do not see each other's pids) needs real processes: test/reality/10-owners-of-leases.
 */
import type { FindingKind } from './facts/facts.js';
import type { Removal } from './removals.js';
import type { Safeguard } from './safeguards.js';
import type { Theme } from './themes.js';

export interface Correction {
  readonly fault: number;
  readonly what: string;
  readonly kinds: readonly FindingKind[];
  /** The seeds that meet it most. */
  readonly theme: Theme;
  /** Without it the fault is back. */
  readonly takenAwayBy: Safeguard | Removal;
}

export const CORRECTIONS: readonly Correction[] = [
  {
    fault: 1,
    what: 'a stop is stored with the failure',
    kinds: ['stop forgotten'],
    theme: 'a stop',
    takenAwayBy: 'stop',
  },
  {
    fault: 2,
    what: 'a record with the key or the name of a lost write makes it unknown, not absent',
    kinds: ['doubled', 'falsified', 'unknown without need'],
    theme: 'an odd Billy',
    takenAwayBy: 'kin',
  },
  {
    fault: 3,
    what: 'children are known again although Billy altered them',
    kinds: ['doubled', 'undone too little', 'unknown without need'],
    theme: 'an odd Billy',
    takenAwayBy: 'children',
  },
  {
    fault: 4,
    what: 'a rollback gives its lane back when nothing of it can land any more',
    kinds: ['late'],
    theme: 'a late rollback',
    takenAwayBy: 'late-rollback',
  },
  {
    fault: 5,
    what: 'what is gone after our deletion was accepted is deleted by us',
    kinds: ['falsified'],
    theme: 'an odd Billy',
    takenAwayBy: 'silent-deletions',
  },
  {
    fault: 6,
    what: 'a write carries a deadline',
    kinds: ['doubled', 'late'],
    theme: 'a sleep at the wire',
    takenAwayBy: 'deadline',
  },
  {
    fault: 7,
    what: 'waiting times are monotonic',
    kinds: ['stuck', 'doubled'],
    theme: 'a clock',
    takenAwayBy: 'monotonic',
  },
  {
    fault: 8,
    what: 'a run lists again after a rest, and decides afresh',
    kinds: ['overwritten', 'doubled', 'plan stale', 'undone too much'],
    theme: 'a rest',
    takenAwayBy: 'afresh',
  },
  {
    fault: 9,
    what: 'an image holds every property that can be written',
    kinds: ['undone too much', 'undone too little'],
    theme: 'anything',
    takenAwayBy: 'whole-image',
  },
  {
    fault: 11,
    what: 'a rollback reads by id before it counts a record as back already',
    kinds: ['undone too little'],
    theme: 'an odd Billy',
    takenAwayBy: 'read-by-id',
  },
  {
    fault: 12,
    what: 'three rounds that read the same are the list',
    kinds: ['stuck', 'unknown without need'],
    theme: 'anything',
    takenAwayBy: 'same-passes',
  },
  {
    fault: 13,
    what: 'a status that a gateway may have given is no refusal',
    kinds: ['falsified', 'late', 'unknown without need'],
    theme: 'an odd Billy',
    takenAwayBy: 'statuses',
  },
];
