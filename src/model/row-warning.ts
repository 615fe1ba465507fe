/**
 * Warnings about single rows: the row is not refused, but a person should know. An item keeps the first code and
 * all messages; the job counts them like causes (contract, section 3).
 */

export const ROW_WARNING_CODES = [
  'VALUE_SUSPECT',
  'IDENTITY_CHANGED',
  'DATE_FAR',
  'TOTALS_ROW',
  'HEADER_REPEATED',
  'ROW_EXCLUDED',
] as const;

export type RowWarningCode = (typeof ROW_WARNING_CODES)[number];

export interface RowWarning {
  readonly code: RowWarningCode;
  /** The column that it is about; null: the whole row. */
  readonly field: string | null;
  readonly message: string;
}

const CODES: ReadonlySet<string> = new Set(ROW_WARNING_CODES);

/** True for the code of a warning. All other codes of a row are failures. */
export function isRowWarning(code: string | null): code is RowWarningCode {
  return code !== null && CODES.has(code);
}

const LEFT_OUT: ReadonlySet<string> = new Set<RowWarningCode>([
  'TOTALS_ROW',
  'HEADER_REPEATED',
  'ROW_EXCLUDED',
]);

/** True if a row with this warning is left out: it is no record, or the file itself excludes it. */
export function isLeftOut(code: string | null): boolean {
  return code !== null && LEFT_OUT.has(code);
}

/** All warnings of a row in one text, each code but the first by name; null: there are none. */
export function warningText(warnings: readonly RowWarning[]): string | null {
  const [first] = warnings;
  if (first === undefined) return null;
  const texts = warnings.map(({ code, message }) =>
    code === first.code ? message : `${code}: ${message}`,
  );
  return [...new Set(texts)].join('; ');
}
