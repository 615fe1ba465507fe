/** The signals of calls under way: each aborts with its client, and all abort when the server stops, so that waits end. */

export interface CallSignal {
  readonly signal: AbortSignal;
  /** Must be called when the call has ended. */
  readonly release: () => void;
}

export class CallSignals {
  readonly #open = new Set<AbortController>();
  #isStopping = false;

  /** Ends the waits of all calls: each is answered with what is known now. */
  stop(): void {
    this.#isStopping = true;
    for (const controller of this.#open) controller.abort();
  }

  /** `client`: aborts when the client has gone. */
  follow(client: AbortSignal): CallSignal {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    client.addEventListener('abort', abort, { once: true });
    if (client.aborted || this.#isStopping) abort();
    this.#open.add(controller);
    return {
      signal: controller.signal,
      release: () => {
        client.removeEventListener('abort', abort);
        this.#open.delete(controller);
      },
    };
  }
}
