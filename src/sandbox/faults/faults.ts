/** Picks the faults of requests, and defines their effects. Seeded: the same plan hits the same requests. */
import { FAULT_KINDS, type FaultKind, type FaultPlan } from '../world/options.js';
import { chanceAt } from '../world/seeded-random.js';

/** The effect of a fault for the client. */
export type FaultEffect =
  | { readonly kind: 'reset' | 'hang' | 'throttled' | 'close' }
  | { readonly kind: 'status'; readonly status: number; readonly isHtml: boolean }
  /** Billy's own answer to the first or to the second delivery. */
  | { readonly kind: 'whole'; readonly answerOf: 'first' | 'second' }
  | { readonly kind: 'mangled'; readonly how: 'truncated' | 'prefixed' | 'wrong-content-type' };

export interface Fault {
  /** Billy executes the request never, before the effect, twice before it, or `lateMs` after it. */
  readonly executes: 'never' | 'first' | 'twice' | 'late';
  readonly effect: FaultEffect;
}

function status(code: number, executes: Fault['executes'], isHtml = false): Fault {
  return { executes, effect: { kind: 'status', status: code, isHtml } };
}

function mangled(how: 'truncated' | 'prefixed' | 'wrong-content-type'): Fault {
  return { executes: 'first', effect: { kind: 'mangled', how } };
}

export const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  'reset-before': { executes: 'never', effect: { kind: 'reset' } },
  'reset-after': { executes: 'first', effect: { kind: 'reset' } },
  'reset-late': { executes: 'late', effect: { kind: 'reset' } },
  'timeout-before': { executes: 'never', effect: { kind: 'hang' } },
  'timeout-after': { executes: 'first', effect: { kind: 'hang' } },
  'timeout-late': { executes: 'late', effect: { kind: 'hang' } },
  '500-before': status(500, 'never'),
  '500-after': status(500, 'first'),
  '502-before': status(502, 'never'),
  '502-html-after': status(502, 'first', true),
  '503-before': status(503, 'never'),
  '503-after': status(503, 'first'),
  '504-after': status(504, 'first'),
  '504-late': status(504, 'late'),
  truncated: mangled('truncated'),
  prefixed: mangled('prefixed'),
  'wrong-content-type': mangled('wrong-content-type'),
  // A page of a server in front of Billy; Billy never gets the request.
  'html-200': status(200, 'never', true),
  'close-idle': { executes: 'first', effect: { kind: 'close' } },
  '429': { executes: 'never', effect: { kind: 'throttled' } },
  'twice-first': { executes: 'twice', effect: { kind: 'whole', answerOf: 'first' } },
  'twice-second': { executes: 'twice', effect: { kind: 'whole', answerOf: 'second' } },
  '408-before': status(408, 'never'),
  '408-after': status(408, 'first'),
  '409-before': status(409, 'never'),
  '409-after': status(409, 'first'),
  '425-before': status(425, 'never'),
  '425-after': status(425, 'first'),
  '499-before': status(499, 'never'),
  '499-after': status(499, 'first'),
  '403-html-before': status(403, 'never', true),
  '403-html-after': status(403, 'first', true),
  '404-html-before': status(404, 'never', true),
  '404-html-after': status(404, 'first', true),
};

/** Picks the requests that a plan hits. */
export class FaultPicker {
  readonly plan: FaultPlan;
  #requests = 0;
  #writes = 0;
  #truncations = 0;
  /** How often each rule has hit. */
  readonly #hits = new Map<object, number>();

  constructor(plan: FaultPlan) {
    this.plan = plan;
  }

  /** The fault of the next request, or null. The rules for every n-th write come before chance. */
  next(isWrite: boolean): FaultKind | null {
    this.#requests += 1;
    if (isWrite) this.#writes += 1;
    return (isWrite ? this.#byCount() : null) ?? this.#byChance();
  }

  /** Truncated answers alternate: a complete answer with half the JSON, or a connection broken in the middle. */
  isNextCutOff(): boolean {
    this.#truncations += 1;
    return this.#truncations % 2 === 0;
  }

  #byCount(): FaultKind | null {
    const due = this.plan.everyNthWrite?.find(
      (rule) =>
        this.#writes % rule.n === 0 && (this.#hits.get(rule) ?? 0) < (rule.times ?? Infinity),
    );
    if (due === undefined) return null;
    this.#hits.set(due, (this.#hits.get(due) ?? 0) + 1);
    return due.kind;
  }

  #byChance(): FaultKind | null {
    let rest = chanceAt(this.plan.seed, this.#requests);
    for (const kind of FAULT_KINDS) {
      rest -= this.plan.rates[kind] ?? 0;
      if (rest < 0) return kind;
    }
    return null;
  }
}
