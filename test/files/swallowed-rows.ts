/** Cells that the reader refuses, since a stray quote around whole rows would look the same. */

function isLikeRows(cells: readonly string[], delimiter: string): boolean {
  const lines = cells.join(delimiter).split(/\r\n|\r|\n/);
  return lines.length > 1 && lines.every((line) => line.split(delimiter).length === cells.length);
}

/** True if one cell of the row, without its quotes, would be several rows of full width. */
export function holdsRows(row: readonly string[], delimiter: string): boolean {
  return row.some((cell, column) => {
    const alone = (text: string): string[] => row.map((_, at) => (at === column ? text : ''));
    // A comma before a blank may belong to a sentence.
    const texts = [cell, cell.replaceAll(', ', ' ')];
    return row.length > 1 && texts.some((text) => isLikeRows(alone(text), delimiter));
  });
}
