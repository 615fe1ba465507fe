/** What an account was seen to do with bulk requests, by a probe of its own. */
export interface Capabilities {
  /** `unclear`: it answered, but not so that writes could rely on it. */
  readonly bulkSave: 'works' | 'absent' | 'unclear';
  /** A refused record keeps the whole batch out; null where the probe could not tell, as below. */
  readonly isBulkSaveAtomic: boolean | null;
  /** Answers carry the `_clientId` that was sent. */
  readonly echoesClientId: boolean | null;
  /** Refusals name the record by its `_clientId`. */
  readonly errorsByClientId: boolean | null;
  readonly bulkDelete: 'works' | 'absent' | 'unclear';
  readonly probedAtMs: number;
}
