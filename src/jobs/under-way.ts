/** What is under way while its starter goes on; a failure is thrown at the next look, and at each after it. */
export class UnderWay {
  readonly #promises: Promise<void>[] = [];

  add(promise: Promise<void>): void {
    // Heard of by whoever looks next, not by the process.
    promise.catch(() => undefined);
    this.#promises.push(promise);
  }

  /** Resolves once fewer than `most` are under way; rejects with the failure of the oldest ones. */
  async makeRoom(most: number): Promise<void> {
    while (this.#promises.length >= most) {
      await this.#promises[0];
      void this.#promises.shift();
    }
  }

  /** Resolves once nothing is under way. */
  settled(): Promise<void> {
    return this.makeRoom(1);
  }
}
