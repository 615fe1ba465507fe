/** Listeners to a stream of events, and how late the changes of a job reach them. */
import Database from 'better-sqlite3';
import { request, type Dispatcher } from 'undici';

const LOOK_EVERY_MS = 20;

interface Arrival {
  /** The number of the change. */
  readonly id: number;
  readonly atMs: number;
}

/** The events of one listener, in order. */
type Arrivals = Arrival[];

export interface Listeners {
  readonly arrivals: readonly Arrivals[];
  /** Resolves once the server has ended all streams. */
  readonly ended: () => Promise<void>;
}

const ID = /^id: (\d+)$/gm;

function noteEvents(body: Dispatcher.ResponseData['body'], arrivals: Arrivals): void {
  let rest = '';
  body.setEncoding('utf8').on('data', (text: string) => {
    const whole = rest + text;
    const end = whole.lastIndexOf('\n\n') + 2;
    for (const [, id] of whole.slice(0, end).matchAll(ID)) {
      arrivals.push({ id: Number(id), atMs: performance.now() });
    }
    rest = whole.slice(end);
  });
}

/** Opens so many streams at the address, in turn with the keys; all are answered when this resolves. */
export async function openListeners(
  url: string,
  keys: readonly string[],
  count: number,
): Promise<Listeners> {
  const opened = Array.from({ length: count }, async (_, index) => {
    const headers = { authorization: `Bearer ${keys[index % keys.length] ?? ''}` };
    const { body, statusCode } = await request(url, { headers, bodyTimeout: 0 });
    if (statusCode !== 200) throw new Error(`a stream was refused: ${await body.text()}`);
    const arrivals: Arrivals = [];
    noteEvents(body, arrivals);
    const end = new Promise<void>((resolve, reject) => {
      body.once('end', resolve).once('error', reject);
    });
    return { arrivals, end };
  });
  const all = await Promise.all(opened);
  return {
    arrivals: all.map(({ arrivals }) => arrivals),
    ended: async () => {
      await Promise.all(all.map(({ end }) => end));
    },
  };
}

/** A change that was in the database at a look, and the time of the look before, at which it was not. */
export interface Seen {
  readonly change: number;
  readonly sinceMs: number;
}

/** Looks at a job in the database file until it is stopped; the answer is what was seen. */
export function watchChanges(file: string, jobId: string): { stop: () => readonly Seen[] } {
  const database = new Database(file, { readonly: true });
  const query = database.prepare<[string], number>('SELECT change FROM jobs WHERE id = ?').pluck();
  const seen: Seen[] = [];
  let lookedAtMs = performance.now();
  const timer = setInterval(() => {
    const change = query.get(jobId) ?? 0;
    if (change > (seen.at(-1)?.change ?? 0)) seen.push({ change, sinceMs: lookedAtMs });
    lookedAtMs = performance.now();
  }, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      database.close();
      return seen;
    },
  };
}

/** For each change and listener, the time until it had an event of this change or of a later one. */
export function delaysOf(
  seen: readonly Seen[],
  { arrivals }: Pick<Listeners, 'arrivals'>,
): number[] {
  return arrivals.flatMap((own) => {
    let next = 0;
    return seen.flatMap(({ change, sinceMs }) => {
      while (next < own.length && (own[next]?.id ?? 0) < change) next += 1;
      const arrival = own[next];
      return arrival === undefined ? [] : [Math.max(0, arrival.atMs - sinceMs)];
    });
  });
}
