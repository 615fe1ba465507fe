/**
 * The turns of requests to Billy: which request is next, how many are under way, and how close they follow each
 * other. With a limit, Bottleneck decides it: one `Bottleneck.Group` for the process, keyed by organization.
 */
import type Bottleneck from 'bottleneck';
import PQueue from 'p-queue';
import type { Clock } from '../../core/clock.js';
import { once } from '../../core/memo.js';
import { bottleneckOn } from './bottleneck-on-clock.js';
import { spacingMsOf, type RateLimit } from './rate-limit.js';

/** The order of turns, lowest first; Bottleneck's priorities. `passed`: a write that let a person's read go first. */
export const RANKS = { interactive: 1, passed: 4, job: 5 } as const;
export type Rank = (typeof RANKS)[keyof typeof RANKS];

/**
 * One request's turn. It resolves when the request was answered, and never rejects. It calls `left` when the
 * request has left: with a limit, the next turn begins only then.
 */
export type Turn = (left: () => void) => Promise<void>;

/** The turns of one organization. */
export interface Turns {
  /** Runs `turn` when it is its turn. The returned function takes it back; nothing waits for it then. */
  queue(rank: Rank, turn: Turn): () => void;
  /** Sets the spacing of the send log, milliseconds. */
  setSpacing(spacingMs: number): void;
  /** Drops the turns that have not begun. */
  close(): void;
}

/**
 * Bottleneck's share of the spacing. It is clearly smaller than the log's own, because the log decides exactly
 * when a request leaves: two spacings of one length would add up their delays.
 */
const SPACING_SHARE = 0.5;

export interface TurnOptions {
  /** null: no spacing, and turns do not wait for each other. */
  readonly rateLimit: RateLimit | null;
  readonly maxConcurrent: number;
  readonly clock: Clock;
}

/** What the clients of one organization share under a limit: the spacing of one is the spacing of all. */
interface Shared {
  readonly limiter: Bottleneck;
  /** The spacing that was set last, milliseconds. */
  spacingMs: number;
  /** Turns that were taken back and still are in Bottleneck's queue, which removes none. */
  takenBack: number;
}

/** The open clients of an organization, and what they share. */
interface Opened {
  clients: number;
  readonly shared: Shared | PQueue;
}

/** The turns of all organizations of a process. */
export class TurnGroup {
  readonly #options: TurnOptions;
  readonly #group: Bottleneck.Group | null;
  readonly #organizations = new Map<string, Opened>();

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#group = groupOf(options);
  }

  /** Opens the turns of an organization. Several clients of it take turns with each other. */
  open(organization: string): Turns {
    const opened = this.#organizations.get(organization) ?? {
      clients: 0,
      shared: this.#newShared(organization),
    };
    opened.clients += 1;
    this.#organizations.set(organization, opened);
    const { shared } = opened;
    const close = once(() => {
      this.#close(organization, opened);
    });
    return shared instanceof PQueue
      ? new UnspacedTurns(shared, close)
      : new SpacedTurns(shared, close);
  }

  #newShared(organization: string): Shared | PQueue {
    const { rateLimit, maxConcurrent } = this.#options;
    if (this.#group === null || rateLimit === null)
      return new PQueue({ concurrency: maxConcurrent });
    const limiter = this.#group.key(organization);
    return { limiter, spacingMs: spacingMsOf(rateLimit), takenBack: 0 };
  }

  /** Drops the organization with its last client. */
  #close(organization: string, opened: Opened): void {
    opened.clients -= 1;
    if (opened.clients > 0) return;
    this.#organizations.delete(organization);
    const { shared } = opened;
    if (shared instanceof PQueue) {
      shared.clear();
      return;
    }
    void shared.limiter.stop({ dropWaitingJobs: true });
    void this.#group?.deleteKey(organization);
  }
}

/** The reservoir is the place at the door: one request at a time waits for its slot in the send log. */
function groupOf({ rateLimit, maxConcurrent, clock }: TurnOptions): Bottleneck.Group | null {
  if (rateLimit === null) return null;
  const minTime = spacingMsOf(rateLimit) * SPACING_SHARE;
  const { Group } = bottleneckOn(clock);
  return new Group({ maxConcurrent, minTime, reservoir: 1 });
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

class SpacedTurns implements Turns {
  readonly close: () => void;
  readonly #shared: Shared;

  constructor(shared: Shared, close: () => void) {
    this.#shared = shared;
    this.close = close;
  }

  queue(rank: Rank, turn: Turn): () => void {
    let state: 'queued' | 'taken back' | 'begun' = 'queued';
    const run = async (): Promise<void> => {
      const isTakenBack = state === 'taken back';
      state = 'begun';
      if (isTakenBack) this.#countTakenBack(-1);
      await this.#atTheDoor(isTakenBack ? nothing : turn);
    };
    // It rejects for a turn that `close` drops.
    this.#shared.limiter.schedule({ priority: rank }, run).catch(() => undefined);
    return () => {
      if (state !== 'queued') return;
      state = 'taken back';
      this.#countTakenBack(1);
    };
  }

  setSpacing(spacingMs: number): void {
    if (spacingMs === this.#shared.spacingMs) return;
    this.#shared.spacingMs = spacingMs;
    this.#applySpacing();
  }

  async #atTheDoor(turn: Turn): Promise<void> {
    let hasLeft = false;
    const left = (): void => {
      if (!hasLeft) this.#openDoor();
      hasLeft = true;
    };
    try {
      await turn(left);
    } finally {
      left();
    }
  }

  #openDoor(): void {
    void this.#shared.limiter.incrementReservoir(1);
  }

  #countTakenBack(change: 1 | -1): void {
    const before = this.#shared.takenBack;
    const after = before + change;
    this.#shared.takenBack = after;
    if ((before === 0) !== (after === 0)) this.#applySpacing();
  }

  /** Turns that were taken back pass without a spacing, so that the turns behind them lose no time. */
  #applySpacing(): void {
    const { limiter, spacingMs, takenBack } = this.#shared;
    const minTime = takenBack > 0 ? 0 : spacingMs * SPACING_SHARE;
    void limiter.updateSettings({ minTime });
  }
}

/** Turns without a limit pass by Bottleneck: only how many are under way counts. */
class UnspacedTurns implements Turns {
  readonly close: () => void;
  readonly #places: PQueue;

  constructor(places: PQueue, close: () => void) {
    this.#places = places;
    this.close = close;
  }

  queue(rank: Rank, turn: Turn): () => void {
    const back = new AbortController();
    const run = (): Promise<void> => turn(() => undefined);
    // It rejects for a turn that was taken back.
    this.#places.add(run, { priority: -rank, signal: back.signal }).catch(() => undefined);
    return () => {
      back.abort();
    };
  }

  setSpacing(): void {
    // Nothing is spaced.
  }
}
