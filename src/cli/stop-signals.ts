/** Signals that end a command. */
import type { Host } from './host.js';

/**
 * Runs `stop` once, at the first SIGTERM or SIGINT, then ends the process. The returned function starts the
 * same for other events, such as the end of stdin.
 */
export function onStop({ exit }: Pick<Host, 'exit'>, stop: () => Promise<void>): () => void {
  let isStopping = false;
  const once = (): void => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => {
        exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`${JSON.stringify({ event: 'stop-failed', error: String(error) })}\n`);
        exit(1);
      },
    );
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  return once;
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process as usual. */
export function firstStop(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stopping.abort();
    });
  }
  return stopping.signal;
}
