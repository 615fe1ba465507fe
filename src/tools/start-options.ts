/** The options of each kind of start: only those that have an effect there. */
import { z } from 'zod';
import { startOptionsSchema } from '../jobs/job/job-options.js';

const { archiveIfInUse, duplicateStrategy, batchSize, ...common } = startOptionsSchema.shape;

/** A text that the whole schema judges: the list of choices is given once, in import_customers_csv. */
function anyText(field: z.ZodType): z.ZodType {
  return z
    .string()
    .transform((name): unknown => name)
    .pipe(field)
    .optional();
}

const CHOSEN_ONCE: Readonly<Record<string, z.ZodType>> = {
  encoding: anyText(common.encoding.unwrap()),
  delimiter: anyText(common.delimiter.unwrap()),
};

/**
 * The same fields without their descriptions, which tools/list carries once, in import_customers_csv: seven copies
 * would cost more than all other descriptions together. Types and choices stay.
 */
function plain<S extends z.ZodRawShape>(shape: S): S {
  const entries = Object.entries(shape).map(([name, field]) => {
    const described = (CHOSEN_ONCE[name] ?? field) as z.ZodType;
    return [name, described.meta({ description: undefined })] as const;
  });
  // Each field has the type that it had.
  return Object.fromEntries(entries) as unknown as S;
}

const EXPLAINED = 'import_customers_csv explains them.';

export const importOptions = z
  .strictObject({ ...common, duplicateStrategy, batchSize })
  .optional()
  .describe('Example: {"dryRun":true,"columnMapping":{"Firma":"name","Saldo":null}}');

export const importOptionsBrief = z
  .strictObject(plain({ ...common, duplicateStrategy, batchSize }))
  .optional()
  .describe(EXPLAINED);

export const updateOptions = z
  .strictObject(plain({ ...common, batchSize }))
  .optional()
  .describe(EXPLAINED);

export const deleteOptions = z
  .strictObject({ ...plain(common), archiveIfInUse })
  .optional()
  .describe(EXPLAINED);

/** The options that say how a file is read. */
export const readingOptions = z
  .strictObject(
    plain({
      columnMapping: common.columnMapping,
      mapping: common.mapping,
      delimiter: common.delimiter,
      encoding: common.encoding,
      decimalSeparator: common.decimalSeparator,
      dateFormat: common.dateFormat,
      sheet: common.sheet,
      headerRow: common.headerRow,
      includeHiddenRows: common.includeHiddenRows,
      dialect: common.dialect,
    }),
  )
  .optional();
