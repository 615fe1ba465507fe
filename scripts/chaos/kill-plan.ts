/** What each story of real kills is about: a file, an account, a fault, and the points of its kills. */
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import { seededRandom, type Random } from '../../src/sandbox/world/seeded-random.js';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import type { Row } from './facts/facts.js';

/**
 * `itself`: the server dies at a moment of its own; `wire`: while the sandbox has its request in
 * hand; `time`: whenever, so many milliseconds after its start.
 */
export interface Kill {
  readonly by: 'itself' | 'wire' | 'time';
  readonly point: string;
  readonly nth: number;
}

export interface Story {
  readonly seed: number;
  readonly rows: readonly Row[];
  /** In Billy before the job: the same columns as rows. */
  readonly planted: readonly Row[];
  readonly options: StartOptions;
  readonly profile: 'default' | 'alternate';
  readonly unknowns: SandboxUnknowns;
  readonly fault: FaultKind;
  /** Rows go many at a time. */
  readonly bulkSave: boolean;
  readonly runKills: readonly Kill[];
  readonly undoKills: readonly Kill[];
}

export const KILLS_A_STORY = 6;
const ROWS = 16;
const MIGRATION_STATEMENTS = 6;
const SOON_MS = 1500;

const WIRE_POINTS = ['arrived', 'saved', 'answered'];
const START_POINTS = ['before scan', 'after scan', 'before listing', 'before plan', 'after plan'];
const SEND_POINTS = ['before intent', 'after intent', 'before outcome', 'after outcome'];
const UNDO_POINTS = ['before listing', 'before reversal', 'after reversal'];

function itself(point: string, nth = 1): Kill {
  return { by: 'itself', point, nth };
}

function wire(point: string, nth: number): Kill {
  return { by: 'wire', point, nth };
}

function someTime(random: Random): Kill {
  return { by: 'time', point: 'any time', nth: Math.floor(random() * SOON_MS) };
}

/** Every point gets its turn: the seed counts through them. */
function killsOf(seed: number, random: Random): Pick<Story, 'runKills' | 'undoKills'> {
  const turn = <T>(list: readonly T[], offset: number): T => {
    const chosen = list[(seed + Math.floor(seed / 4) + offset) % list.length];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  };
  const migration = itself('migration', 1 + (Math.floor(seed / 6) % MIGRATION_STATEMENTS));
  const beginning = seed % 6 === 0 ? migration : itself(turn(START_POINTS, 0));
  const nth = 1 + Math.floor(random() * 2);
  return {
    runKills: [
      beginning,
      itself(turn(SEND_POINTS, 0), nth),
      wire(turn(WIRE_POINTS, 0), nth),
      seed % 3 === 0 ? itself(turn(SEND_POINTS, 1)) : someTime(random),
    ],
    // What was created goes in one request, so there may be no second one to die by. Any time comes
    // last: by then all may be done, and no other kill could land.
    undoKills: [
      wire(turn(WIRE_POINTS, 1), 1),
      seed % 2 === 0 ? itself(turn(UNDO_POINTS, 0)) : someTime(random),
    ],
  };
}

function row(index: number, hasNumber: boolean): Row {
  const no = String(index + 1);
  const email = index % 4 === 0 ? `kunde${no}@firma.example` : '';
  return { contactNo: hasNumber ? `K${no}` : '', name: `Kunde ${no}`, phone: '', email };
}

const TWIN: Row = { contactNo: '', name: 'Tvilling ApS', phone: '11223344', email: '' };

function fileOf(seed: number): Pick<Story, 'rows' | 'planted' | 'options'> {
  const rows = (count: number, hasNumber: boolean): Row[] =>
    Array.from({ length: count }, (_, index) => row(index, hasNumber));
  switch (seed % 4) {
    case 0:
      return { rows: rows(ROWS, true), planted: [], options: { duplicateStrategy: 'skip' } };
    case 1:
      return {
        rows: [...rows(ROWS - 5, false), TWIN, TWIN, TWIN, TWIN, TWIN],
        planted: [],
        options: { duplicateStrategy: 'create' },
      };
    case 2: {
      const again = rows(3, true).map((each) => ({ ...each, name: `${each['name'] ?? ''} igen` }));
      return {
        rows: [...rows(ROWS - 3, true), ...again],
        planted: [],
        options: { duplicateStrategy: 'update' },
      };
    }
    default: {
      const planted = rows(ROWS, true).map((each, index) => ({
        ...each,
        name: `Gammel ${String(index + 1)}`,
        email: index % 8 === 0 ? `gammel${String(index + 1)}@firma.example` : '',
      }));
      return { rows: rows(ROWS, true), planted, options: { duplicateStrategy: 'update' } };
    }
  }
}

export function storyOf(seed: number): Story {
  const random = seededRandom(seed);
  const profile = Math.floor(seed / 4) % 2 === 0 ? 'default' : 'alternate';
  return {
    seed,
    profile,
    unknowns: profile === 'default' ? DEFAULT_UNKNOWNS : ALTERNATE_UNKNOWNS,
    ...fileOf(seed),
    // With each file and profile every fault in 160 stories, and a new one in each story.
    fault: PLAIN_FAULT_KINDS[(seed + Math.floor(seed / 8)) % PLAIN_FAULT_KINDS.length] ?? '429',
    bulkSave: Math.floor(seed / 2) % 2 === 1,
    ...killsOf(seed, random),
  };
}
