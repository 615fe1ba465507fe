/** Tracks promises that run in the background. Once one has failed, every later call throws that error. */
export class PendingWrites {
  readonly #promises: Promise<void>[] = [];
  #failure: { readonly error: unknown } | null = null;

  add(promise: Promise<void>): void {
    this.#promises.push(promise);
    // The next call throws the error, so it must not reach the process as an unhandled rejection.
    promise.catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves once fewer than `most` are pending; rejects as soon as one has failed. */
  async makeRoom(most: number): Promise<void> {
    this.#check();
    while (this.#promises.length >= most) {
      await this.#promises[0];
      void this.#promises.shift();
    }
    this.#check();
  }

  /** Resolves once nothing is pending, also after a failure. */
  async allSettled(): Promise<void> {
    await Promise.allSettled(this.#promises.splice(0));
  }

  /** Resolves once nothing is pending; rejects if one has failed. */
  async settled(): Promise<void> {
    await this.allSettled();
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
