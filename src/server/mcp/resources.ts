/** Serves the addresses that results name as MCP resources. */
import { InputError } from '../../core/errors.js';
import { cleanValue, fitResult, type Redact } from '../../core/outgoing.js';
import { ADDRESS_FORMS, addressOf, parseAddress, type Address } from '../../jobs/job/addresses.js';
import type { Service } from '../../jobs/service/service.js';
import { TEMPLATE_NAMES, templateNamed } from '../../resources/registry.js';

const CSV = 'text/csv';
const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export type ReadContent =
  | { readonly mimeType: string; readonly text: string }
  /** The bytes in Base64. */
  | { readonly mimeType: string; readonly blob: string };

/** The resources that exist without any job. */
export function listedResources() {
  return TEMPLATE_NAMES.map((name) => ({
    uri: addressOf({ kind: 'template', name }),
    name: templateNamed(name).filename,
    title: `CSV template: ${name}`,
    mimeType: CSV,
  }));
}

export function listedTemplates() {
  return [
    {
      uriTemplate: ADDRESS_FORMS.job,
      name: 'job',
      title: 'A job as JSON',
      mimeType: 'application/json',
    },
    {
      uriTemplate: ADDRESS_FORMS.report,
      name: 'job-report',
      title: 'The failed rows of a job (?include=all: every row)',
      mimeType: CSV,
    },
    {
      uriTemplate: ADDRESS_FORMS.export,
      name: 'export',
      title: 'An exported file',
      mimeType: CSV,
    },
    {
      uriTemplate: ADDRESS_FORMS.template,
      name: 'template',
      title: 'A CSV template',
      mimeType: CSV,
    },
  ];
}

export interface ReadParts {
  readonly service: Service;
  readonly redact: Redact;
}

async function readAddress({ service, redact }: ReadParts, address: Address): Promise<ReadContent> {
  switch (address.kind) {
    case 'job': {
      // A job is cleaned text. Files are given as they are, so that a client saves the bytes that were written.
      const job = cleanValue(await service.job(address.jobId), { redact });
      const text = JSON.stringify(fitResult(job as Record<string, unknown>));
      return { mimeType: 'application/json', text };
    }
    case 'report':
      return { mimeType: CSV, text: await service.reportText(address.jobId, address.scope) };
    case 'export':
      return contentOf(address.filename, await service.exportBytes(address.filename));
    case 'template':
      return readTemplate(service, address);
  }
}

function contentOf(filename: string, bytes: Buffer): ReadContent {
  return filename.endsWith('.xlsx')
    ? { mimeType: WORKBOOK, blob: bytes.toString('base64') }
    : { mimeType: CSV, text: bytes.toString('utf8') };
}

async function readTemplate(
  service: Service,
  { name, file }: Extract<Address, { kind: 'template' }>,
): Promise<ReadContent> {
  const dialect = file?.isDanish === true ? 'da' : 'standard';
  const format = file?.format ?? 'csv';
  if (format === 'xlsx') {
    return contentOf('template.xlsx', await service.templateBytes(name, { dialect, format }));
  }
  const { csvContent } = await service.writeTemplate({ name, dialect, format: 'csv' });
  return { mimeType: CSV, text: csvContent ?? '' };
}

/** Reads an address; throws an AppError for a text that is no address, and for a file that the organization may not see. */
export async function readResource(deps: ReadParts, uri: string): Promise<ReadContent> {
  const address = parseAddress(uri);
  if (address !== null) return readAddress(deps, address);
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'Unknown resource address.',
    hint: 'Use an address from a result.',
  });
}
