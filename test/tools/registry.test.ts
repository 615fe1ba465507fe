// The tools together.
import { describe, expect, it } from 'vitest';
import { chosenTools, TOOLS, unknownTools } from '../../src/tools/registry.js';

describe('TOOLS', () => {
  it('stand in a fixed order, starts before looks before ends', () => {
    expect(TOOLS.map(({ name }) => name)).toEqual([
      'import_customers_csv',
      'import_products_csv',
      'import_invoices_csv',
      'import_suppliers_csv',
      'export_customers_csv',
      'export_products_csv',
      'export_suppliers_csv',
      'export_invoices_csv',
      'bulk_update_customers',
      'bulk_update_products',
      'bulk_delete_records',
      'inspect_file',
      'get_bulk_job_status',
      'list_bulk_jobs',
      'get_bulk_job_report',
      'cancel_bulk_job',
      'pause_bulk_job',
      'resume_bulk_job',
      'retry_failed_items',
      'rollback_job',
      'download_csv_template',
      'list_organizations',
      'request_upload',
    ]);
  });

  it('refuse what no schema names', () => {
    for (const tool of TOOLS) {
      expect(tool.inputSchema.safeParse({ nonsense: 1 }).success).toBe(false);
    }
  });

  it('only read where they say so, and never destroy then', () => {
    const reads = TOOLS.filter(({ annotations }) => annotations.readOnlyHint);
    expect(reads.map(({ name }) => name)).toEqual([
      'inspect_file',
      'get_bulk_job_status',
      'list_bulk_jobs',
      'list_organizations',
    ]);
    expect(reads.every(({ annotations }) => !annotations.destructiveHint)).toBe(true);
  });

  it('that overwrite what is in Billy, or approve for good, say that they destroy', () => {
    const destroy = TOOLS.filter(({ annotations }) => annotations.destructiveHint);
    expect(destroy.map(({ name }) => name)).toEqual([
      'import_customers_csv',
      'import_products_csv',
      'import_invoices_csv',
      'import_suppliers_csv',
      'bulk_update_customers',
      'bulk_update_products',
      'bulk_delete_records',
      'rollback_job',
    ]);
  });
});

describe('BULK_TOOLS', () => {
  const namesOf = (names: string[]): string[] => chosenTools(names).map(({ name }) => name);

  it('names all tools, the core, or single ones, in the order of the list', () => {
    expect(namesOf(['all'])).toHaveLength(TOOLS.length);
    expect(namesOf(['rollback_job', 'import_customers_csv'])).toEqual([
      'import_customers_csv',
      'rollback_job',
    ]);
    expect(namesOf(['core'])).toEqual([
      'import_customers_csv',
      'import_products_csv',
      'import_invoices_csv',
      'bulk_update_products',
      'inspect_file',
      'get_bulk_job_status',
      'list_bulk_jobs',
      'get_bulk_job_report',
      'cancel_bulk_job',
      'rollback_job',
    ]);
    expect(namesOf(['core', 'download_csv_template'])).toHaveLength(11);
  });

  it('tells names that no tool has', () => {
    expect(unknownTools(['core', 'import_customers', 'rollback_job'])).toEqual([
      'import_customers',
    ]);
  });
});
