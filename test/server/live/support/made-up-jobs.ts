/** Jobs that a test changes by hand, numbered as the store numbers them. */
import type { JobChange, JobChanges } from '../../../../src/jobs/service/job-changes.js';
import { unknownJob } from '../../../../src/jobs/service/service-deps.js';
import type { JobView } from '../../../../src/jobs/service/job-view.js';

export class MadeUpJobs {
  /** Queries by their names. */
  readonly asked: string[] = [];
  /** What the next queries fail with; null: they succeed. */
  failure: Error | null = null;
  /** Happens once, when the next query for a page or a job has read and not answered yet. */
  meanwhile: (() => void) | null = null;
  /** Views that were made. */
  viewCount = 0;
  readonly #jobs = new Map<string, JobChange>();
  #last = 0;

  /** Changes the job, as another process does. */
  write(jobId: string, { organizationId = 'org', isDone = false } = {}): number {
    this.#last += 1;
    const change = this.#last;
    const view = (): Promise<JobView> => {
      this.viewCount += 1;
      if (this.failure !== null) return Promise.reject(this.failure);
      return Promise.resolve({ id: jobId, totalRows: change } as unknown as JobView);
    };
    this.#jobs.set(jobId, { jobId, organizationId, change, isDone, view });
    return change;
  }

  /** The number of each job's last change. */
  numbers(organizationIds: readonly string[] = ['org']): Map<string, number> {
    const own = [...this.#jobs.values()].filter((job) =>
      organizationIds.includes(job.organizationId),
    );
    return new Map(own.map(({ jobId, change }) => [jobId, change]));
  }

  async lastChangeOf(jobId: string): Promise<JobChange> {
    await this.#ask('lastChangeOf');
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw unknownJob();
    this.#happen();
    return job;
  }

  readonly changes: JobChanges = {
    last: async () => {
      await this.#ask('last');
      return this.#last;
    },
    next: async ({ after, limit }) => {
      await this.#ask('next');
      return this.after(after).slice(0, limit);
    },
    ofOrganizations: async ({ organizationIds, after, limit, endedAfter = 0 }) => {
      await this.#ask('ofOrganizations');
      const page = this.after(after)
        .filter((job) => organizationIds.includes(job.organizationId))
        .filter(({ isDone, change }) => !isDone || change > endedAfter)
        .slice(0, limit);
      this.#happen();
      return page;
    },
    before: async ({ organizationIds, count }) => {
      await this.#ask('before');
      const own = this.after(0).filter((job) => organizationIds.includes(job.organizationId));
      return own.at(-count - 1)?.change ?? 0;
    },
  };

  /** The changes above that number. */
  after(number: number): JobChange[] {
    return [...this.#jobs.values()]
      .filter(({ change }) => change > number)
      .sort((left, right) => left.change - right.change);
  }

  #happen(): void {
    const { meanwhile } = this;
    this.meanwhile = null;
    meanwhile?.();
  }

  async #ask(name: string): Promise<void> {
    this.asked.push(name);
    await Promise.resolve();
    if (this.failure !== null) throw this.failure;
  }
}
