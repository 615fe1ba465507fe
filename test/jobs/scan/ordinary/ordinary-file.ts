// An ordinary file of a real system, and what Billy gets from it.
export interface OrdinaryFile {
  readonly name: string;
  readonly resource?: 'customer' | 'supplier' | 'product' | 'invoice';
  readonly encoding?: 'utf-8' | 'windows-1252' | 'utf-16le';
  readonly lines: readonly string[];
  /** Properties of the records in the order of the file; '' is none. Absent: the file is refused. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  /** Words of the refusal. */
  readonly refused?: string;
}
