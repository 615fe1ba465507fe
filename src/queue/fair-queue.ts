/** The order in which waiting work gets a place: organizations take turns, and each keeps its own order. */
import type { Queue, QueueAddOptions } from 'p-queue';

export interface FairOptions extends QueueAddOptions {
  readonly organizationId: string;
}

type Run = () => Promise<unknown>;

/** p-queue's `queueClass`. An organization that was just served goes behind all others that wait. */
export class FairQueue implements Queue<Run, FairOptions> {
  /** The organization whose turn is next comes first. */
  readonly #waiting = new Map<string, Run[]>();

  get size(): number {
    return [...this.#waiting.values()].reduce((sum, runs) => sum + runs.length, 0);
  }

  enqueue(run: Run, { organizationId = '' }: Partial<FairOptions> = {}): void {
    const runs = this.#waiting.get(organizationId) ?? [];
    runs.push(run);
    this.#waiting.set(organizationId, runs);
  }

  dequeue(): Run | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [organizationId, runs] = next;
    const run = runs.shift();
    this.#waiting.delete(organizationId);
    if (runs.length > 0) this.#waiting.set(organizationId, runs);
    return run;
  }

  filter({ organizationId = '' }: Readonly<Partial<FairOptions>>): Run[] {
    return [...(this.#waiting.get(organizationId) ?? [])];
  }

  setPriority(): void {
    throw new Error('the queue of jobs knows no priorities');
  }
}
