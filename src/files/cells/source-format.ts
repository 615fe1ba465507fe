/** The formats of a source. All but CSV mark a cell that is a number. */

export const SOURCE_FORMATS = ['csv', 'json', 'xlsx'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];
