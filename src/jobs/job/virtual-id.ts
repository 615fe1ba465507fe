/** Placeholder ids: records that rows of the job will create have no id in Billy yet. */

/** A placeholder id for the record that a row will create, until Billy assigns one. */
export function virtualId(seq: number): string {
  return `row:${String(seq)}`;
}

/** The row that will create the record of a placeholder id; null for an id of Billy's. */
export function seqOfVirtual(recordId: string): number | null {
  return isVirtual(recordId) ? Number(recordId.slice('row:'.length)) : null;
}

export function isVirtual(recordId: string): boolean {
  return recordId.startsWith('row:');
}
