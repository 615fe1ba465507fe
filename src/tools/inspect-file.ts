/** The tool `inspect_file`: shows what a start would understand of a file, or which files there are. */
import { z } from 'zod';
import { InputError } from '../core/errors.js';
import { DATA_NOTICE, fence } from '../core/fence.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { countWords } from '../model/words.js';
import { RESOURCE_NAMES, resourceNamed } from '../resources/registry.js';
import { warningLines } from './job-words.js';
import { sourceFields } from './start.js';
import { readingOptions } from './start-options.js';
import { defineTool, organizationIdField, READS, warningSchema } from './tool.js';

const headerSchema = z.looseObject({
  name: z.string(),
  column: z.string().nullable(),
  suggestion: z.string().nullable(),
  style: z.string().nullable(),
});

const sheetSchema = z.looseObject({
  name: z.string(),
  rows: z.number().nullable(),
  hiddenRows: z.number().nullable(),
  isHidden: z.boolean(),
});

/** Described by its name alone, to spare tokens. */
const fileSchema = z.looseObject({ name: z.string() }) as unknown as z.ZodType<{
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string | null;
}>;

const outputSchema = z.looseObject({
  success: z.literal(true),
  format: z.string().optional(),
  encoding: z.string().optional(),
  delimiter: z.string().nullable().optional(),
  sheets: z.array(sheetSchema).optional(),
  headerRow: z.number().nullable().optional(),
  headers: z.array(headerSchema).optional(),
  moreHeaders: z.number().optional(),
  rows: z.array(z.array(z.string())).optional(),
  totalRows: z.number().nullable().optional(),
  warnings: z.array(warningSchema).optional(),
  savedMappings: z.array(z.string()).optional(),
  folders: z.array(z.looseObject({ path: z.string(), files: z.array(fileSchema) })).optional(),
  notice: z.string().optional(),
});

type Look = z.output<typeof outputSchema>;

const NAME_CHARS = 60;
const SIGNS: Readonly<Record<string, string>> = { '\t': 'tab', ',': 'comma', ';': 'semicolon' };

function headerLine({ name, column, suggestion, style }: z.output<typeof headerSchema>): string {
  const near = suggestion === null ? '' : ` (did you mean ${suggestion}?)`;
  const notation = style === null ? '' : ` (${style})`;
  return `${quote(name, NAME_CHARS)} -> ${column ?? 'not used'}${near}${notation}`;
}

function folderLines(folders: NonNullable<Look['folders']>): string[] {
  if (folders.length === 0) return ['No folder is allowed: set BULK_ALLOWED_DIRS.'];
  return folders.flatMap(({ path, files }) => [
    `Folder ${quote(path, NAME_CHARS * 4)}: ${files.length === 0 ? 'no files' : 'newest files first'}.`,
    ...files.map(({ name, sizeBytes, modifiedAt }) => {
      return `${quote(name, NAME_CHARS)}, ${countWords(sizeBytes, 'byte')}, ${(modifiedAt ?? '').slice(0, 10)}`;
    }),
  ]);
}

function sheetLine({ name, rows, hiddenRows, isHidden }: z.output<typeof sheetSchema>): string {
  const hidden = (hiddenRows ?? 0) > 0 ? `, ${String(hiddenRows)} of them hidden` : '';
  return `Sheet ${quote(name, NAME_CHARS)}${isHidden ? ' (hidden)' : ''}: ${String(rows ?? '?')} rows${hidden}`;
}

function titleOf({
  format,
  encoding,
  delimiter = null,
  headerRow,
  totalRows = null,
}: Look): string {
  const split = delimiter === null ? '' : `, ${SIGNS[delimiter] ?? delimiter} between cells`;
  const counted = totalRows === null ? 'rows not counted' : countWords(totalRows, 'row');
  return `${String(format)}, ${String(encoding)}${split}; headers in row ${String(headerRow ?? '?')}; ${counted}.`;
}

function summarize(look: Look): string {
  if (look.folders !== undefined) return folderLines(look.folders).join('\n');
  const { sheets = [], headers = [], moreHeaders = 0, rows = [], savedMappings = [] } = look;
  const saved = savedMappings.map((name) => quote(name, NAME_CHARS)).join(', ');
  return [
    titleOf(look),
    ...sheets.map(sheetLine),
    ...headers.map(headerLine),
    ...(moreHeaders === 0 ? [] : [`${countWords(moreHeaders, 'more header')}.`]),
    // The service has cut them; a refusal has its hint at the end.
    ...warningLines(look.warnings ?? [], LIMITS.hintCharsMax),
    ...(saved === '' ? [] : [`Saved mappings: ${saved}.`]),
    ...(rows.length === 0 ? [] : [fence(rows.map((cells) => cells.join(' | ')).join('\n'))]),
  ].join('\n');
}

function severalSources(): InputError {
  return new InputError({
    code: 'INPUT_SOURCE',
    message: 'Several sources are given.',
    hint: 'Give one of filePath (best for files) or csvContent, or none to list the folders.',
  });
}

export const inspectFile = defineTool({
  name: 'inspect_file',
  title: 'Look at a file',
  description:
    'Shows what a start would understand of a file, and writes nothing: format, headers and the columns they mean for resourceType, first rows, warnings. Without a source: the allowed folders and their newest files.',
  annotations: READS,
  inputSchema: z.strictObject({
    filePath: sourceFields.filePath.meta({ description: undefined }),
    csvContent: sourceFields.csvContent,
    uploadId: sourceFields.uploadId,
    resourceType: z.enum(RESOURCE_NAMES).optional(),
    organizationId: organizationIdField,
    options: readingOptions,
  }),
  outputSchema,
  async run({ resourceType, options, organizationId, ...source }, { service }) {
    const given = Object.values(source).filter((value) => value !== undefined);
    if (given.length === 0) {
      const folders = structuredClone(await service.inspectFolders(organizationId));
      return {
        success: true as const,
        folders: folders.map((each) => ({ ...each, files: [...each.files] })),
      };
    }
    if (given.length > 1) throw severalSources();
    const look = await service.inspect({
      ...source,
      resource: resourceType === undefined ? null : resourceNamed(resourceType),
      options: options ?? {},
      organizationId,
    });
    return { success: true as const, ...(structuredClone(look) as object), notice: DATA_NOTICE };
  },
  summarize,
});
