/** The routes that start jobs and look at files: what the start tools and `inspect_file` do, by resource and operation. */
import { z } from 'zod';
import { InputError } from '../../core/errors.js';
import { canonicalJson } from '../../core/hash.js';
import { exportFileOf } from '../../jobs/job/export-result.js';
import { jobViewSchema } from '../../jobs/service/job-view.js';
import type { Resource } from '../../resources/definition/resource.js';
import { RESOURCE_NAMES, resourceNamed } from '../../resources/registry.js';
import { checkCountry, dialectOptions } from '../../tools/export.js';
import { inspectFile } from '../../tools/inspect-file.js';
import { TOOLS } from '../../tools/registry.js';
import {
  idsField,
  setField,
  sourceFields,
  start,
  startFields,
  startResult,
  updatesField,
  whereField,
  type StartResult,
} from '../../tools/start.js';
import { deleteOptions, importOptions, updateOptions } from '../../tools/start-options.js';
import { briefJob, filePathOut, waitedFor, type ToolCall } from '../../tools/tool.js';
import { checkArguments } from '../mcp/arguments.js';
import { continueBody } from '../web-route.js';
import { given, NOTHING } from './fields.js';
import { declaredFileBytes, isForm, takeForm } from './incoming-file.js';
import { parseInput } from './read-input.js';
import {
  defineRoute,
  type OfCaller,
  type RestAnswer,
  type RestCall,
  type RestParts,
  type RestRoute,
} from './route.js';

const ACCEPTED = 202;
const DAY_CHARS_MAX = 40;
const NAME_CHARS_MAX = 160;

const common = { resourceType: z.enum(RESOURCE_NAMES), ...startFields };
const day = z.string().max(DAY_CHARS_MAX).optional();

/** Of all exports; one that the resource does not have is refused. */
const exportFilters = z
  .strictObject({
    isArchived: z.boolean().optional().describe('Contacts and products.'),
    country: z.string().max(100).optional().describe('Contacts.'),
    state: z.enum(['draft', 'approved', 'voided']).optional().describe('Invoices.'),
    from: day.describe('Invoices: the first entryDate.'),
    to: day.describe('Invoices: the last entryDate.'),
    customer: z.string().min(1).max(NAME_CHARS_MAX).optional().describe('Invoices.'),
  })
  .optional();

const importBody = z.strictObject({
  operation: z.literal('import'),
  ...common,
  ...sourceFields,
  options: importOptions,
});

const updateBody = z.strictObject({
  operation: z.literal('update'),
  ...common,
  updates: updatesField,
  where: whereField,
  set: setField,
  ...sourceFields,
  options: updateOptions,
});

const deleteBody = z.strictObject({
  operation: z.literal('delete'),
  ...common,
  ids: idsField,
  where: whereField,
  ...sourceFields,
  options: deleteOptions,
});

const exportBody = z.strictObject({
  operation: z.literal('export'),
  ...common,
  filters: exportFilters,
  filePath: filePathOut,
  overwrite: z.boolean().optional().describe('Replace an existing file.'),
  options: dialectOptions,
});

const startBody = z.discriminatedUnion('operation', [
  importBody,
  updateBody,
  deleteBody,
  exportBody,
]);

type StartBody = z.output<typeof startBody>;
type ExportBody = z.output<typeof exportBody>;

/** The call of a tool in a request. It reports no progress: a caller that waits gets the job. */
export function toolCall({ service, signal }: RestCall & OfCaller): ToolCall {
  return { service, signal, onProgress: () => undefined };
}

function cannotUpdate(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'Records of this type are never updated.',
    hint: 'Use another operation, or another resourceType.',
  });
}

function foreignFilter(known: readonly string[]): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'filters has a filter that this resourceType does not have.',
    hint: `Use any of: ${known.join(', ')}.`,
  });
}

/** The filters of the tool that exports such records. */
function filtersOf({ plural }: Resource): string[] {
  const tool = TOOLS.find(({ name }) => name === `export_${plural}_csv`);
  const field: unknown =
    tool?.inputSchema instanceof z.ZodObject ? tool.inputSchema.shape['filters'] : null;
  const filters: unknown = field instanceof z.ZodOptional ? field.unwrap() : field;
  return filters instanceof z.ZodObject ? Object.keys(filters.shape) : [];
}

function checkFilters({ resourceType, filters = {} }: ExportBody): void {
  const known = filtersOf(resourceNamed(resourceType));
  if (!Object.keys(given(filters)).every((name) => known.includes(name))) {
    throw foreignFilter(known);
  }
  checkCountry(filters.country);
}

async function startExport(body: ExportBody, call: ToolCall): Promise<StartResult> {
  checkFilters(body);
  const { resourceType, filters, filePath, overwrite, options, organizationId, waitSeconds } = body;
  const { job, organization } = await call.service.startExport({
    resource: resourceNamed(resourceType),
    filters: filters ?? {},
    filePath,
    overwrite: overwrite ?? false,
    dialect: options?.dialect ?? 'standard',
    organizationId,
  });
  const waited = await waitedFor(call, job.id, waitSeconds);
  const { id, name, registrationNo } = organization;
  return {
    success: true,
    jobId: job.id,
    status: waited?.status ?? job.status,
    totalItems: waited?.totalItems ?? job.totalItems,
    dryRun: false,
    organization: { id, name, registrationNo },
    message:
      'Export started. GET /api/v1/jobs/{id} shows its progress, GET /api/v1/exports/{filename} gives the file.',
    filename: exportFileOf(job).name,
    ...(waited === null ? {} : { job: briefJob(waited) }),
  };
}

/** Starts the job that the body describes. */
async function startFrom(body: StartBody, call: ToolCall): Promise<RestAnswer> {
  const result = await startedBy(body, call);
  const headers = { location: `/api/v1/jobs/${result.jobId}` };
  return { status: ACCEPTED, body: { ...result }, headers };
}

function startedBy(body: StartBody, call: ToolCall): Promise<StartResult> {
  if (body.operation === 'export') return startExport(body, call);
  const { resourceType, operation, ...input } = body;
  if (operation === 'update' && resourceNamed(resourceType).isFinal) throw cannotUpdate();
  return start({ resourceType, operation }, input, call);
}

function neitherForm(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The body is neither JSON nor a form.',
    hint: 'Send JSON with Content-Type: application/json, or the file and the fields as multipart/form-data.',
  });
}

function notJsonField(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The field "options" of the form is not JSON.',
    hint: 'Send for example options={"dryRun":true}.',
  });
}

function twoFiles(): InputError {
  return new InputError({
    code: 'INPUT_SOURCE',
    message: 'The form has a file and an uploadId.',
    hint: 'Give one of them: the file in the form, or uploadId in a body of JSON.',
  });
}

function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    checkArguments(value);
    return value;
  } catch (error) {
    throw error instanceof InputError ? error : notJsonField();
  }
}

/** The start that the fields of a form describe, with its file. */
function bodyIn(fields: ReadonlyMap<string, string>, uploadId: string): StartBody {
  if (fields.has('uploadId')) throw twoFiles();
  const { options, waitSeconds, ...others } = Object.fromEntries(fields);
  const typed = {
    ...(options === undefined ? {} : { options: jsonIn(options) }),
    ...(waitSeconds === undefined ? {} : { waitSeconds: Number(waitSeconds) }),
  };
  return parseInput(startBody, { ...others, ...typed, uploadId }, 'body') as StartBody;
}

/** Keeps the file of the form as an upload, and starts from it. */
async function startFromForm(
  call: RestCall & OfCaller,
  { clock }: Pick<RestParts, 'clock'>,
): Promise<RestAnswer> {
  const { web, service, identify } = call;
  const { incoming } = web.env;
  if (!isForm(incoming)) throw neitherForm();
  continueBody(web);
  const file = await takeForm(incoming, clock);
  const { uploadId } = await service.upload({
    organizationId: file.fields.get('organizationId'),
    declaredBytes: declaredFileBytes(incoming),
    take: () => Promise.resolve(file),
    identify: (sha256) => identify(canonicalJson({ sha256, fields: [...file.fields] })),
  });
  return startFrom(bodyIn(file.fields, uploadId), toolCall(call));
}

export function startRoutes(parts: Pick<RestParts, 'clock'>): RestRoute[] {
  return [
    defineRoute({
      id: 'startJob',
      method: 'post',
      path: '/api/v1/jobs',
      tag: 'Jobs',
      summary: 'Starts an import, update, deletion or export, or its dry run',
      role: 'operator',
      params: NOTHING,
      query: NOTHING,
      body: startBody,
      status: ACCEPTED,
      // The whole schema of the job: only the list of tools must be short.
      result: startResult.extend({
        job: jobViewSchema.optional(),
        filename: z.string().optional().describe('Of an export.'),
      }),
      otherBodies: {
        'multipart/form-data':
          'The file in the field `file`; before it `resourceType`, `operation`, and `organizationId`, `options` (JSON) and `waitSeconds` where they are needed.',
      },
      run(call) {
        const body = call.body as StartBody | undefined;
        return body === undefined ? startFromForm(call, parts) : startFrom(body, toolCall(call));
      },
    }),
    defineRoute({
      id: 'inspect',
      method: 'post',
      path: '/api/v1/inspections',
      tag: 'Files',
      summary: 'Shows what a start would understand of a file; writes nothing',
      role: 'operator',
      params: NOTHING,
      query: NOTHING,
      body: inspectFile.inputSchema,
      status: 200,
      result: inspectFile.outputSchema,
      async run(call) {
        const look = await inspectFile.run(call.body, toolCall(call));
        return { body: look as Readonly<Record<string, unknown>> };
      },
    }),
  ];
}
