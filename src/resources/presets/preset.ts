/** The headers that one system gives its exports, for those with a meaning that only the system knows. */

export interface Preset {
  /** The program, and the export. */
  readonly system: string;
  /** The public document that shows these headers. */
  readonly source: string;
  readonly resources: readonly ('customer' | 'supplier' | 'product' | 'invoice')[];
  /** The file is such an export if it has all of these headers. */
  readonly marks: readonly string[];
  /**
   * Header → our column, `column:part` for a part of its value, or null: it has no place here and is left out
   * without a question.
   */
  readonly headers: Readonly<Record<string, string | null>>;
}
