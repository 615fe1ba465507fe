/** A subscription of the modern era, opened by hand. */
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { onTestFinished } from 'vitest';
import { messageOf } from './raw.js';

interface Told {
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly uri?: string };
}

export interface Listening {
  readonly status: number;
  /** The messages so far. */
  readonly told: readonly Told[];
  /** The addresses of which it was told so far. */
  readonly heard: () => readonly string[];
  /** Resolves once it was told of the address. */
  readonly hears: (uri: string) => Promise<void>;
  /** Resolves once the stream has ended: `closed` by the server's own message, or `cut` off. */
  readonly ended: Promise<'closed' | 'cut'>;
}

function messageIn(line: string): Told | null {
  return line.startsWith('data: ') ? (JSON.parse(line.slice('data: '.length)) as Told) : null;
}

/** Listens for changes of the addresses, until the test ends. */
export async function listen(
  url: string,
  headers: Readonly<Record<string, string>>,
  uris: readonly string[],
): Promise<Listening> {
  const params = { notifications: { resourceSubscriptions: uris } };
  const message = messageOf({ method: 'subscriptions/listen', params, era: '2026' });
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
  });
  const answer = await request(url, {
    ...message,
    headers: { ...message.headers, ...headers },
    signal: stop.signal,
  });
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  answer.body.on('error', () => undefined);
  createInterface({ input: answer.body })
    .on('line', (line) => {
      const one = messageIn(line);
      if (one !== null) told.push(one);
      for (const look of waiting) look();
    })
    .on('error', () => undefined);
  const heard = (): string[] => told.flatMap(({ params: about }) => about?.uri ?? []);
  return {
    status: answer.statusCode,
    told,
    heard,
    hears: (uri) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!heard().includes(uri)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    ended: new Promise((resolve) => {
      answer.body.once('close', () => {
        resolve(told.some(({ result }) => result !== undefined) ? 'closed' : 'cut');
      });
    }),
  };
}
