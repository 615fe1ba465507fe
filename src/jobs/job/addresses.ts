/** The `billy-bulk://` addresses that results name. They are built and parsed here only. */

const SCHEME = 'billy-bulk://';

/** A template as a workbook, or in Danish; absent: CSV for programs. */
export interface TemplateForm {
  readonly format: 'csv' | 'xlsx';
  readonly isDanish: boolean;
}

/** A job, its report, an exported file, or a template. */
export type Address =
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'report'; readonly jobId: string; readonly scope: 'failed' | 'all' }
  | { readonly kind: 'export'; readonly filename: string }
  | { readonly kind: 'template'; readonly name: string; readonly file?: TemplateForm };

/** Builds the address. A report without `?include=` holds the failed rows. */
export function addressOf(address: Address): string {
  switch (address.kind) {
    case 'job':
      return `${SCHEME}jobs/${address.jobId}`;
    case 'report': {
      const query = address.scope === 'all' ? '?include=all' : '';
      return `${SCHEME}jobs/${address.jobId}/report.csv${query}`;
    }
    case 'export':
      return `${SCHEME}exports/${address.filename}`;
    case 'template':
      return `${SCHEME}templates/${address.name}${endingOf(address.file)}`;
  }
}

function endingOf(file: TemplateForm = { format: 'csv', isDanish: false }): string {
  return `.${file.format}${file.isDanish ? '?dialect=da' : ''}`;
}

/** The forms of all addresses, as URI templates (RFC 6570). */
export const ADDRESS_FORMS = {
  job: `${SCHEME}jobs/{id}`,
  report: `${SCHEME}jobs/{id}/report.csv`,
  export: `${SCHEME}exports/{file}`,
  template: `${SCHEME}templates/{resourceType}.csv`,
} as const;

const JOB = /^jobs\/([\w-]{1,64})$/;
const REPORT = /^jobs\/([\w-]{1,64})\/report\.csv(?:\?include=(all|failed))?$/;
const EXPORT = /^exports\/([\w.-]{1,120})$/;
const TEMPLATE = /^templates\/(\w{1,40})\.(csv|xlsx)(\?dialect=da)?$/;

/** Parses an address; null when the text has none of the forms. */
export function parseAddress(uri: string): Address | null {
  if (!uri.startsWith(SCHEME)) return null;
  const place = uri.slice(SCHEME.length);
  const jobId = JOB.exec(place)?.[1];
  if (jobId !== undefined) return { kind: 'job', jobId };
  const [, reportOf, scope] = REPORT.exec(place) ?? [];
  if (reportOf !== undefined) {
    return { kind: 'report', jobId: reportOf, scope: scope === 'all' ? 'all' : 'failed' };
  }
  const filename = EXPORT.exec(place)?.[1];
  if (filename !== undefined) return { kind: 'export', filename };
  return parseTemplate(place);
}

function parseTemplate(place: string): Address | null {
  const [, name, ending, query] = TEMPLATE.exec(place) ?? [];
  if (name === undefined) return null;
  const format = ending === 'xlsx' ? 'xlsx' : 'csv';
  const isPlain = format === 'csv' && query === undefined;
  const file = { format, isDanish: query !== undefined } as const;
  return { kind: 'template', name, ...(isPlain ? {} : { file }) };
}
