/** Work that is done one piece after another, whoever asks for it. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `act` once all earlier pieces have ended, whatever became of them; settles as `act` does. */
  take<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act, act);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
