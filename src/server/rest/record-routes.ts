/** The routes of templates, of saved column mappings and of the journal. */
import { z } from 'zod';
import { isoTime } from '../../core/clock.js';
import { templateFilename } from '../../jobs/service/templates.js';
import { RESOURCE_NAMES, TEMPLATE_NAMES } from '../../resources/registry.js';
import { organizationIdField } from '../../tools/tool.js';
import { cursorQuery, done, NOTHING, organizationQuery, wholeQuery } from './fields.js';
import { defineRoute, type RestParts, type RestRoute } from './route.js';

const OK = 200;
const NO_CONTENT = 204;
const NAME_CHARS_MAX = 60;
const ENTRIES_USUAL = 100;
const ENTRIES_MAX = 1000;

const TEMPLATE_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

function templateRoute(format: keyof typeof TEMPLATE_TYPES): RestRoute {
  const type = TEMPLATE_TYPES[format];
  return defineRoute({
    id: format === 'csv' ? 'getCsvTemplate' : 'getWorkbookTemplate',
    method: 'get',
    path: `/api/v1/templates/{resourceType}.${format}`,
    tag: 'Files',
    summary: 'A file to start from, with example rows that import without an error',
    role: 'viewer',
    params: z.strictObject({ resourceType: z.enum(TEMPLATE_NAMES) }),
    query: z.strictObject({ dialect: z.enum(['da']).optional() }),
    body: null,
    status: OK,
    result: null,
    otherResults: { [type]: 'The file.' },
    async run({ params: { resourceType }, query, service }) {
      const dialect = query.dialect ?? 'standard';
      const bytes = await service.templateBytes(resourceType, { dialect, format });
      const filename = templateFilename(resourceType, format);
      return new Response(new Uint8Array(bytes), {
        status: OK,
        headers: {
          'content-type': type,
          'content-disposition': `attachment; filename="${filename}"`,
          'cache-control': 'no-store',
        },
      });
    },
  });
}

const name = z.string().min(1).max(NAME_CHARS_MAX);
const resourceType = z.enum(RESOURCE_NAMES);

const listMappings = defineRoute({
  id: 'listMappings',
  method: 'get',
  path: '/api/v1/mappings',
  tag: 'Files',
  summary: 'Lists the saved column mappings',
  role: 'viewer',
  params: NOTHING,
  query: z.strictObject({
    organizationId: organizationQuery,
    resourceType: resourceType.optional(),
  }),
  body: null,
  status: OK,
  result: done.extend({
    mappings: z.array(
      z.looseObject({
        organizationId: z.string(),
        resourceType: z.string(),
        name: z.string(),
        mapping: z
          .record(z.string(), z.string().nullable())
          .describe('Their header to our column; null: left out.'),
        savedAt: z.string().nullable(),
      }),
    ),
  }),
  async run({ query, service }) {
    const mappings = (await service.mappings(query)).map(({ mapping, savedAtMs, ...of }) => {
      const columns = Object.entries(mapping).map(([header, column]) => {
        return [header, column === '' ? null : column] as const;
      });
      return { ...of, mapping: Object.fromEntries(columns), savedAt: isoTime(savedAtMs) };
    });
    return { body: { success: true, mappings } };
  },
});

const deleteMapping = defineRoute({
  id: 'deleteMapping',
  method: 'delete',
  path: '/api/v1/mappings',
  tag: 'Files',
  summary: 'Deletes a saved column mapping',
  role: 'operator',
  params: NOTHING,
  query: z.strictObject({ organizationId: organizationIdField, resourceType, name }),
  body: null,
  status: NO_CONTENT,
  result: null,
  async run({ query, service }) {
    await service.removeMapping(query);
    return {};
  },
});

function listJournal({ adminFor }: RestParts): RestRoute {
  return defineRoute({
    id: 'listJournal',
    method: 'get',
    path: '/api/v1/journal',
    tag: 'Journal',
    summary: 'Lists the entries of the journal, chain by chain, as they are hashed',
    role: 'admin',
    params: NOTHING,
    query: z.strictObject({
      organizationId: organizationQuery,
      limit: wholeQuery({ min: 1, max: ENTRIES_MAX, usual: ENTRIES_USUAL }),
      cursor: cursorQuery,
    }),
    body: null,
    status: OK,
    result: done.extend({
      entries: z.array(
        z.looseObject({
          chain: z.string().optional().describe('Absent: the sealed chain of older versions.'),
          seq: z.number(),
          atMs: z.number(),
          kind: z.string(),
          organizationId: z.string().nullable(),
          jobId: z.string().nullable(),
          actor: z.string(),
          durationMs: z.number().nullable(),
          body: z.unknown(),
          prevHash: z.string(),
          hash: z.string(),
        }),
      ),
      nextCursor: z.string().optional(),
    }),
    async run({ query: { limit = ENTRIES_USUAL, ...filter }, caller }) {
      const { entries, nextCursor } = await adminFor(caller).journal({ ...filter, limit });
      return { body: { success: true, entries, ...(nextCursor === null ? {} : { nextCursor }) } };
    },
  });
}

export function recordRoutes(parts: RestParts): RestRoute[] {
  const templates = [templateRoute('csv'), templateRoute('xlsx')];
  return [...templates, listMappings, deleteMapping, listJournal(parts)];
}
