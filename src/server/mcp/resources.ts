/** The addresses that results name, as MCP resources. */
import { InputError } from '../../core/errors.js';
import { cleanValue, fitResult, type Redact } from '../../core/outgoing.js';
import type { Service } from '../../jobs/service/service.js';
import { TEMPLATE_NAMES, templateNamed } from '../../resources/registry.js';

const CSV = 'text/csv';

export interface ReadText {
  readonly mimeType: string;
  readonly text: string;
}

/** What is always there. */
export function listedResources() {
  return TEMPLATE_NAMES.map((name) => ({
    uri: `billy-bulk://templates/${name}.csv`,
    name: templateNamed(name).filename,
    title: `CSV template: ${name}`,
    mimeType: CSV,
  }));
}

export function listedTemplates() {
  return [
    {
      uriTemplate: 'billy-bulk://jobs/{id}',
      name: 'job',
      title: 'A job as JSON',
      mimeType: 'application/json',
    },
    {
      uriTemplate: 'billy-bulk://jobs/{id}/report.csv',
      name: 'job-report',
      title: 'The failed rows of a job (?include=all: every row)',
      mimeType: CSV,
    },
    {
      uriTemplate: 'billy-bulk://exports/{file}',
      name: 'export',
      title: 'An exported file',
      mimeType: CSV,
    },
    {
      uriTemplate: 'billy-bulk://templates/{resourceType}.csv',
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

interface Route {
  readonly pattern: RegExp;
  readonly read: (deps: ReadParts, found: readonly (string | undefined)[]) => Promise<ReadText>;
}

const ROUTES: readonly Route[] = [
  {
    pattern: /^billy-bulk:\/\/jobs\/([\w-]{1,64})$/,
    async read({ service, redact }, [id = '']) {
      // A job is words, files are given as they are: whoever saves them has what was written.
      const job = cleanValue(await service.job(id), { redact: redact }) as Record<string, unknown>;
      return { mimeType: 'application/json', text: JSON.stringify(fitResult(job)) };
    },
  },
  {
    pattern: /^billy-bulk:\/\/jobs\/([\w-]{1,64})\/report\.csv(\?include=(?:all|failed))?$/,
    async read({ service }, [id = '', query = '']) {
      const scope = query.endsWith('=all') ? 'all' : 'failed';
      return { mimeType: CSV, text: await service.reportText(id, scope) };
    },
  },
  {
    pattern: /^billy-bulk:\/\/exports\/([\w.-]{1,120})$/,
    async read({ service }, [file = '']) {
      return { mimeType: CSV, text: await service.exportText(file) };
    },
  },
  {
    pattern: /^billy-bulk:\/\/templates\/(\w{1,40})\.csv$/,
    async read({ service }, [name = '']) {
      return { mimeType: CSV, text: (await service.template(name)).csvContent };
    },
  },
];

/** Reads an address of ours; throws an AppError for any other, and for what its owner may not see. */
export async function readResource(deps: ReadParts, uri: string): Promise<ReadText> {
  for (const { pattern, read } of ROUTES) {
    const match = pattern.exec(uri);
    if (match !== null) return read(deps, match.slice(1));
  }
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'That address is none of this server.',
    hint: 'Use an address that a result named.',
  });
}
