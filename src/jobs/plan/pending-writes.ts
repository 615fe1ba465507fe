/** What is under way while its starter goes on; a failure is thrown at the next look, and at each after it. */
export class PendingWrites {
  readonly #promises: Promise<void>[] = [];
  #failure: { readonly error: unknown } | null = null;

  add(promise: Promise<void>): void {
    this.#promises.push(promise);
    // Heard of by whoever looks next, not by the process.
    promise.catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves once fewer than `most` are under way; rejects as soon as any has failed. */
  async makeRoom(most: number): Promise<void> {
    this.#check();
    while (this.#promises.length >= most) {
      await this.#promises[0];
      void this.#promises.shift();
    }
    this.#check();
  }

  /** Resolves once nothing is under way, whatever became of it. */
  async over(): Promise<void> {
    await Promise.allSettled(this.#promises.splice(0));
  }

  /** Resolves once nothing is under way; rejects when any has failed. */
  async settled(): Promise<void> {
    await this.over();
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
