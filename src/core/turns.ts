/** Runs pieces of work one after another. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `act` once all earlier pieces have ended, even if they failed; settles as `act` does. */
  take<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act, act);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
