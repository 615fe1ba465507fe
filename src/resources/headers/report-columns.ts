/** The columns that our reports add to those of the file. An import recognizes and ignores them. */
/** Column of a report → its Danish header. */
const REPORT_COLUMNS = {
  row: 'række',
  code: 'kode',
  reason: 'årsag',
  outcome: 'resultat',
  billyId: 'billy-id',
  changes: 'ændringer',
  rollback: 'tilbageførsel',
  rollbackReason: 'tilbageført fordi',
} as const;

export type ReportColumn = keyof typeof REPORT_COLUMNS;

/** Stands before the name of a column if the file has a column of that name. */
const PREFIX = 'job ';
/** Every report has these columns. A file with one of them only is not a report. */
const MARKS: readonly ReportColumn[] = ['row', 'code', 'reason'];
const MARKS_MIN = 2;

/** The header without case, spaces and `. - _ /`, as every header is compared. */
function plainForm(header: string): string {
  return header.toLowerCase().replaceAll(/[\s.\-_/]+/g, '');
}

const COLUMN_BY_HEADER: ReadonlyMap<string, ReportColumn> = new Map(
  Object.entries(REPORT_COLUMNS).flatMap(([name, danish]) =>
    [name, danish, PREFIX + name, PREFIX + danish].map(
      (header) => [plainForm(header), name as ReportColumn] as const,
    ),
  ),
);

/** The headers of the report's columns. A header that `isTaken` gets a prefix. */
export function reportHeaders(
  columns: readonly ReportColumn[],
  { isDanish, isTaken }: { isDanish: boolean; isTaken: (header: string) => boolean },
): string[] {
  return columns.map((column) => {
    const header = isDanish ? REPORT_COLUMNS[column] : column;
    return isTaken(header) ? PREFIX + header : header;
  });
}

/** Returns a test for the headers that one of our reports has added to a file with these headers. */
export function reportColumnTest(headers: readonly string[]): (header: string) => boolean {
  const columns = new Set(headers.map((header) => COLUMN_BY_HEADER.get(plainForm(header))));
  const markCount = MARKS.filter((mark) => columns.has(mark)).length;
  const isReport = markCount >= MARKS_MIN;
  return (header) => isReport && COLUMN_BY_HEADER.has(plainForm(header));
}
