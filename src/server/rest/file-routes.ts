/** The routes that give files: exports, reports and archives of jobs, and the signed addresses that results name. */
import { z } from 'zod';
import { InputError } from '../../core/errors.js';
import type { Download } from '../../jobs/service/download.js';
import type { Service } from '../../jobs/service/service.js';
import type { DownloadTarget } from '../../model/web-file.js';
import { defineOpenRoute, defineRoute, type RestParts, type RestRoute } from './route.js';
import { sendDownload } from './send-download.js';

const TAG = 'Files';
const NOTHING = z.strictObject({});
const CSV = { 'text/csv': 'The file.' };
const WORKBOOK = {
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'The workbook.',
};
const ARCHIVE = { 'application/zip': 'The archive.' };
const TOKEN_CHARS_MAX = 2000;

const job = z.strictObject({ id: z.string().min(1).max(64) });
const scope = z.enum(['failed', 'all']);
const dialect = z.enum(['da']);
const look = z.strictObject({ include: scope.optional(), dialect: dialect.optional() });

/** The signature stands for a caller that is unknown here. */
const BY_ADDRESS = { actor: 'download address', role: 'operator' } as const;
const ADDRESS = '/api/v1/downloads/{token}';

/** In the same words whether the address is made up, altered or expired. */
function noAddress(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'There is no such download address.',
    hint: 'An address is good for 15 minutes. Ask for the file again.',
  });
}

function openTarget(service: Service, target: DownloadTarget): Promise<Download> {
  return target.kind === 'export'
    ? service.exportDownload(target.filename)
    : service.reportDownload(target.jobId, target);
}

function exportRoute({ log }: RestParts): RestRoute {
  return defineRoute({
    id: 'getExport',
    method: 'get',
    path: '/api/v1/exports/{file}',
    tag: TAG,
    summary: 'An exported file',
    role: 'operator',
    params: z.strictObject({ file: z.string().max(200) }),
    query: NOTHING,
    body: null,
    status: 200,
    result: null,
    otherResults: { ...CSV, ...WORKBOOK },
    run: async ({ params, service, web }) =>
      sendDownload(await service.exportDownload(params.file), { web, log }),
  });
}

function reportRoute({ log }: RestParts, format: 'csv' | 'xlsx'): RestRoute {
  return defineRoute({
    id: format === 'csv' ? 'getReportCsv' : 'getReportXlsx',
    method: 'get',
    path: `/api/v1/jobs/{id}/report.${format}`,
    tag: TAG,
    summary: 'The report of a job: its failed rows, or with include=all every row',
    role: 'viewer',
    params: job,
    query: look,
    body: null,
    status: 200,
    result: null,
    otherResults: format === 'csv' ? CSV : WORKBOOK,
    async run({ params, query, service, web }) {
      const { include: wanted = 'failed' } = query;
      const ask = { scope: wanted, dialect: query.dialect ?? 'standard', format } as const;
      return sendDownload(await service.reportDownload(params.id, ask), { web, log });
    },
  });
}

function archiveRoute({ log }: RestParts): RestRoute {
  return defineRoute({
    id: 'getArchive',
    method: 'get',
    path: '/api/v1/jobs/{id}/archive.zip',
    tag: TAG,
    summary: 'The source, the reports, a summary and the journal entries of a job',
    role: 'viewer',
    params: job,
    query: look,
    body: null,
    status: 200,
    result: null,
    otherResults: ARCHIVE,
    async run({ params, query, service, web }) {
      const ask = { scope: query.include ?? null, dialect: query.dialect ?? 'standard' } as const;
      const archive = await service.archiveDownload(params.id, ask);
      return sendDownload(archive, { web, log });
    },
  });
}

function addressRoute({ clock, log, serviceFor, downloads }: RestParts): RestRoute {
  return defineOpenRoute({
    id: 'getDownload',
    method: 'get',
    path: ADDRESS,
    tag: TAG,
    summary: 'The file of a downloadUrl; needs no key, for 15 minutes',
    params: z.strictObject({ token: z.string().max(TOKEN_CHARS_MAX) }),
    query: NOTHING,
    body: null,
    status: 200,
    result: null,
    otherResults: { ...CSV, ...WORKBOOK },
    isSecret: true,
    async run({ params, web }) {
      const target = downloads.open(params.token);
      if (target === null) throw noAddress();
      const startedMs = clock.monotonicMs();
      const service = serviceFor({ ...BY_ADDRESS, organizations: [target.organizationId] });
      const download = await openTarget(service, target);
      const ms = Math.round(clock.monotonicMs() - startedMs);
      const jobId = target.kind === 'report' ? target.jobId : null;
      const args = { ...target };
      await service.noteCall({ tool: `GET ${ADDRESS}`, args, ms, code: null, jobId });
      web.set('organization', target.organizationId);
      return sendDownload(download, { web, log });
    },
  });
}

export function fileRoutes(parts: RestParts): RestRoute[] {
  return [
    exportRoute(parts),
    reportRoute(parts, 'csv'),
    reportRoute(parts, 'xlsx'),
    archiveRoute(parts),
    addressRoute(parts),
  ];
}
