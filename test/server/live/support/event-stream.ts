/** A stream of events, read by hand. */
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { onTestFinished } from 'vitest';
import type { JobView } from '../../../../src/jobs/service/job-view.js';

export interface LiveEvent {
  readonly id: number;
  readonly event: string;
  readonly job: JobView;
}

export interface EventStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The events so far. */
  readonly events: readonly LiveEvent[];
  /** All lines so far, comments among them. */
  readonly lines: readonly string[];
  /** Resolves with the first event, past or future, that is so. */
  readonly meets: (isMeant: (event: LiveEvent) => boolean) => Promise<LiveEvent>;
  /** Resolves once the connection is closed, whichever side closed it. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

interface Reader {
  readonly events: LiveEvent[];
  readonly lines: string[];
  readonly take: (line: string) => void;
}

function readEvents(): Reader {
  const events: LiveEvent[] = [];
  const lines: string[] = [];
  let fields = new Map<string, string>();
  const take = (line: string): void => {
    lines.push(line);
    if (line !== '') {
      const colon = line.indexOf(': ');
      fields.set(line.slice(0, colon), line.slice(colon + 2));
      return;
    }
    const data = fields.get('data');
    if (data !== undefined) {
      const [id, event] = [Number(fields.get('id')), fields.get('event') ?? ''];
      events.push({ id, event, job: JSON.parse(data) as JobView });
    }
    fields = new Map();
  };
  return { events, lines, take };
}

/** Opens a stream; it is closed when the test ends. A refusal has its problem as the only line. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventStream> {
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
  });
  const answer = await request(url, { headers: { ...headers }, signal: stop.signal });
  const { events, lines, take } = readEvents();
  const looks = new Set<() => void>();
  const closed = new Promise<void>((resolve) => {
    answer.body.once('close', resolve);
  });
  answer.body.on('error', () => undefined);
  createInterface({ input: answer.body })
    .on('line', (line) => {
      take(line);
      for (const look of looks) look();
    })
    .on('error', () => undefined);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    events,
    lines,
    meets: (isMeant) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(isMeant);
          if (found === undefined) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
    closed,
    close: () => {
      stop.abort();
    },
  };
}
