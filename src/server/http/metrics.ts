/** `/metrics` in the text format of Prometheus: figures of the server, its requests to Billy, and the process. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import { JOB_STATUSES } from '../../model/job.js';
import type { RateFigures, ServerFigures } from '../../jobs/admin/read-figures.js';

/** A request to Billy that has left. */
export interface BillyRequest {
  readonly method: string;
  /** null: no answer came. */
  readonly status: number | null;
  readonly ms: number;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface GaugeOf {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  readonly samples: (figures: ServerFigures) => readonly Sample[];
}

const MS_PER_SECOND = 1000;
const BUCKETS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** null: there is no such value now. */
function single(value: number | null): Sample[] {
  return value === null ? [] : [[{}, value]];
}

function rate(read: (rate: RateFigures) => number): GaugeOf['samples'] {
  return (figures) => single(figures.rate === null ? null : read(figures.rate));
}

const GAUGES: readonly GaugeOf[] = [
  {
    name: 'billy_bulk_jobs',
    help: 'Jobs by status.',
    label: 'status',
    samples: ({ jobs }) => JOB_STATUSES.map((status) => [{ status }, jobs[status] ?? 0]),
  },
  {
    name: 'billy_bulk_waiting_jobs',
    help: 'Jobs that no worker has begun.',
    samples: ({ waitingJobs }) => single(waitingJobs),
  },
  {
    name: 'billy_bulk_oldest_waiting_job_seconds',
    help: 'How long the oldest of them has waited; 0 if there is none.',
    samples: ({ oldestWaitingSeconds }) => single(oldestWaitingSeconds),
  },
  {
    name: 'billy_bulk_items',
    help: 'Items of all kept jobs by outcome, without dry runs.',
    label: 'outcome',
    samples: ({ items }) => Object.entries(items).map(([outcome, n]) => [{ outcome }, n]),
  },
  {
    name: 'billy_bulk_success_ratio',
    help: 'Successful items among those with an outcome, in runs that changed within a day.',
    samples: ({ successShare }) => single(successShare),
  },
  {
    name: 'billy_bulk_item_seconds',
    help: 'Time per item in runs that ended within a day.',
    samples: ({ secondsPerItem }) => single(secondsPerItem),
  },
  {
    name: 'billy_bulk_live_leases',
    help: 'Lanes of jobs that a live process works on.',
    samples: ({ liveLeases }) => single(liveLeases),
  },
  {
    name: 'billy_bulk_oldest_job_without_worker_seconds',
    help: 'How long the oldest unfinished job has stood without a live lease; 0 if there is none.',
    samples: ({ oldestUnheldSeconds }) => single(oldestUnheldSeconds),
  },
  {
    name: 'billy_bulk_database_bytes',
    help: 'Size of the database.',
    samples: ({ sizeBytes }) => single(sizeBytes),
  },
  {
    name: 'billy_bulk_rate_limit_per_second',
    help: 'Requests a second that BILLY_RATE_LIMIT allows each organization.',
    samples: rate(({ allowedPerSecond }) => allowedPerSecond),
  },
  {
    name: 'billy_bulk_learned_rate_per_second',
    help: 'The same as learned from 429s, of the organization that was slowed down most.',
    samples: rate(({ learnedPerSecond }) => learnedPerSecond),
  },
  {
    name: 'billy_bulk_rate_used_ratio',
    help: 'Share of the allowed requests that the busiest organization sent in the last window.',
    samples: rate(({ usedShare }) => usedShare),
  },
];

/** Counts from its creation on. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #isStoreUp: Gauge;
  readonly #gauges: readonly { readonly of: GaugeOf; readonly gauge: Gauge }[];
  readonly #billy: Histogram<'method' | 'status'>;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#isStoreUp = new Gauge({
      name: 'billy_bulk_store_up',
      help: '1 if the store could be read for this answer; else the figures of jobs are missing.',
      registers,
    });
    this.#gauges = GAUGES.map((of) => {
      const { name, help, label } = of;
      const labelNames = label === undefined ? [] : [label];
      return { of, gauge: new Gauge({ name, help, labelNames, registers }) };
    });
    this.#billy = new Histogram({
      name: 'billy_bulk_billy_request_duration_seconds',
      help: 'Requests to Billy that left this process, by method and status; "none": no answer came.',
      labelNames: ['method', 'status'],
      buckets: BUCKETS_SECONDS,
      registers,
    });
  }

  /** Counts a request to Billy. */
  readonly countBilly = ({ method, status, ms }: BillyRequest): void => {
    this.#billy.observe({ method, status: String(status ?? 'none') }, ms / MS_PER_SECOND);
  };

  /** The text of a scrape. While the store cannot be read, it holds the rest. */
  async text(readFigures: () => Promise<ServerFigures>, log: Pick<Log, 'warn'>): Promise<string> {
    const figures = await readFigures().catch((error: unknown) => {
      log.warn({ event: 'metrics.no-store', error: messageOf(error) });
      return null;
    });
    this.#isStoreUp.set(figures === null ? 0 : 1);
    for (const { of, gauge } of this.#gauges) {
      gauge.reset();
      // After a reset, a gauge without labels is 0.
      if (of.label === undefined) gauge.remove();
      const samples = figures === null ? [] : of.samples(figures);
      for (const [labels, value] of samples) gauge.set({ ...labels }, value);
    }
    return this.#registry.metrics();
  }
}
