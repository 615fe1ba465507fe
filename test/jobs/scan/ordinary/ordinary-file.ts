// An ordinary file of a real system, and all that Billy gets from it.

/** A date is a cell with a date format, as a spreadsheet keeps it. */
export type Cell = string | number | Date;

export interface OrdinaryFile {
  readonly name: string;
  readonly resource?: 'customer' | 'supplier' | 'product' | 'invoice';
  /** The ending of the file's name; `csv` if absent. */
  readonly ending?: 'csv' | 'tsv' | 'txt' | 'json' | 'xlsx';
  readonly encoding?: 'utf-8' | 'windows-1252' | 'utf-16le';
  /** The lines of a text file. */
  readonly lines?: readonly string[];
  /** The rows of a workbook. */
  readonly cells?: readonly (readonly Cell[])[];
  /**
   * Every property of each record, in the order of the file, but for those that new records have anyway.
   * Absent: the file is refused.
   */
  readonly records?: readonly Readonly<Record<string, unknown>>[];
  /** Words of the refusal. */
  readonly refused?: string;
}
