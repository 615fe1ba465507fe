/** What a source can be. All but CSV say of a cell whether it is a number. */

export const SOURCE_FORMATS = ['csv', 'json', 'xlsx'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];
