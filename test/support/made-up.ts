// Made-up numbers that pass every check a real one passes, told apart by a counter.

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index] ?? 0), 0);
}

const CVR_WEIGHTS = [2, 7, 6, 5, 4, 3, 2];

function cvrCheck(digits: string): number {
  return (11 - (weighted(digits, CVR_WEIGHTS) % 11)) % 11;
}

/** A CVR number (modulus 11); another for each number from 0 to 4,000,000. */
export function cvrOf(number: number): string {
  const even = 1_000_000 + 2 * number;
  // A check of 10 is no digit; the next base has another check, since its last digit alone differs.
  const digits = cvrCheck(String(even)) === 10 ? String(even + 1) : String(even);
  return `${digits}${String(cvrCheck(digits))}`;
}

const EAN_WEIGHTS = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3];

/** A Danish EAN-13 with its check digit; another for each number below a million. */
export function eanOf(number: number): string {
  const digits = `579000${String(number).padStart(6, '0')}`;
  return `${digits}${String((10 - (weighted(digits, EAN_WEIGHTS) % 10)) % 10)}`;
}

/** A Danish phone number. */
export function phoneOf(number: number): string {
  return String(20_000_000 + number);
}

/** Rows as the text of a CSV file; columns in the order given, absent ones blank. */
export function csvOf(
  columns: readonly string[],
  rows: readonly Readonly<Partial<Record<string, string>>>[],
): string {
  const cell = (text = ''): string =>
    /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
