/**
 * The numbered faults of the issue "Reality", each with the findings by which the simulation sees it.
 * A correction that a process can be robbed of from outside names its safeguard: without it a seed
 * turns red (`npm run chaos -- --prove`). For the others the seeds stand in the list that was made
 * before they were corrected.
 */
import type { FindingKind } from './facts/facts.js';
import type { Safeguard } from './safeguards.js';
import type { Theme } from './themes.js';

export interface Correction {
  readonly fault: number;
  readonly what: string;
  readonly kinds: readonly FindingKind[];
  /** The seeds that meet it most. */
  readonly theme: Theme;
  /** null: what corrects it lies inside the engine, where nothing outside reaches. */
  readonly safeguard: Safeguard | null;
}

export const CORRECTIONS: readonly Correction[] = [
  {
    fault: 1,
    what: 'a stop is stored with the failure',
    kinds: ['stop forgotten'],
    theme: 'a stop',
    safeguard: 'stop',
  },
  {
    fault: 2,
    what: 'a record with the key or the name of a lost write makes it unknown, not absent',
    kinds: ['doubled', 'falsified', 'unknown without need'],
    theme: 'an odd Billy',
    safeguard: null,
  },
  {
    fault: 3,
    what: 'children are known again although Billy altered them',
    kinds: ['doubled', 'undone too little', 'unknown without need'],
    theme: 'an odd Billy',
    safeguard: null,
  },
  {
    fault: 4,
    what: 'a rollback gives its lane back when nothing of it can land any more',
    kinds: ['late'],
    theme: 'a late rollback',
    safeguard: null,
  },
  {
    fault: 5,
    what: 'what is gone after our deletion was accepted is deleted by us',
    kinds: ['falsified'],
    theme: 'an odd Billy',
    safeguard: null,
  },
  {
    fault: 6,
    what: 'a write carries a deadline',
    kinds: ['doubled', 'late'],
    theme: 'a sleep at the wire',
    safeguard: 'deadline',
  },
  {
    fault: 7,
    what: 'waiting times are monotonic',
    kinds: ['stuck', 'doubled'],
    theme: 'a clock',
    safeguard: 'monotonic',
  },
  {
    fault: 8,
    what: 'a run lists again after a rest, and decides afresh',
    kinds: ['overwritten', 'doubled', 'plan stale', 'undone too much'],
    theme: 'a rest',
    safeguard: 'afresh',
  },
  {
    fault: 9,
    what: 'an image holds every property that can be written',
    kinds: ['undone too much', 'undone too little'],
    theme: 'anything',
    safeguard: 'whole-image',
  },
  {
    fault: 11,
    what: 'a rollback reads by id before it counts a record as back already',
    kinds: ['undone too little'],
    theme: 'an odd Billy',
    safeguard: 'read-by-id',
  },
  {
    fault: 12,
    what: 'three rounds that read the same are the list',
    kinds: ['stuck'],
    theme: 'anything',
    safeguard: null,
  },
  {
    fault: 13,
    what: 'a status that a gateway may have given is no refusal',
    kinds: ['falsified', 'late', 'unknown without need'],
    theme: 'an odd Billy',
    safeguard: 'statuses',
  },
];
