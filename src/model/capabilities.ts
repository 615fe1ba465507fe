/** The behaviour of an account's bulk requests, as measured by a probe. */
export interface Capabilities {
  /** `unclear`: Billy answered, but not reliably enough to base writes on it. */
  readonly bulkSave: 'works' | 'absent' | 'unclear';
  /** True: one refused record rejects the whole batch. null, here and below: the probe could not find out. */
  readonly isBulkSaveAtomic: boolean | null;
  /** True: answers contain the `_clientId` that was sent. */
  readonly echoesClientId: boolean | null;
  /** True: refusals name the record by its `_clientId`. */
  readonly errorsByClientId: boolean | null;
  readonly bulkDelete: 'works' | 'absent' | 'unclear';
  readonly probedAtMs: number;
}
