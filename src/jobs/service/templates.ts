/** Files to start from. Their rows import as they are, so where rows name records, the account is asked. */
import { messageOf } from '../../core/errors.js';
import { showBlock } from '../../core/text.js';
import { csvStart, DIALECTS, formatCsvRow } from '../../files/csv/writer.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { templateNamed } from '../../resources/registry.js';
import type { TemplateMaker, TemplateRows } from '../../resources/definition/resource.js';
import type { Collection } from '../../billy/types.js';
import type { RecordImage } from '../../model/record.js';
import type { ServiceDeps } from './service-deps.js';

type Parts = Pick<ServiceDeps, 'billy' | 'account' | 'log'>;

/** Somebody waits for a file; without Billy's word in that time the general one will do. */
const PATIENCE_MS = 1500;
/** Two rows of the account's records; beside longer ones an answer would have no room. */
const EXAMPLES_CHARS_MAX = 1500;

/** The first page of each list that is needed: examples, not a search. */
async function examplesFor({ billy }: Parts, { needs }: TemplateMaker) {
  const found = new Map<Collection, readonly RecordImage[]>();
  for (const { include, shape } of needs) {
    const read = { priority: 'interactive', patienceMs: PATIENCE_MS, include } as const;
    for await (const records of billy.listAll(shape.collection, read)) {
      found.set(
        shape.collection,
        records.map((record) => imageOf(record, shape)),
      );
      break;
    }
  }
  return found;
}

async function madeRows(deps: Parts, maker: TemplateMaker): Promise<TemplateRows | null> {
  if (!deps.account.hasToken()) return null;
  try {
    return maker.rows(await examplesFor(deps, maker));
  } catch (error) {
    deps.log.warn({ event: 'template.no-examples', error: messageOf(error) });
    return null;
  }
}

/** The template as CSV; throws `INPUT_INVALID` for a name that is none. */
export async function templateText(
  deps: Parts,
  name: string,
): Promise<{ csvContent: string; filename: string }> {
  const { rows, filename, maker } = templateNamed(name);
  const made = maker === null ? null : await madeRows(deps, maker);
  const text = made === null ? '' : csvOf(made);
  // The account's own records serve as examples where an answer can show them as they are.
  const isShowable = text !== '' && showBlock(text) === text && text.length <= EXAMPLES_CHARS_MAX;
  return { csvContent: isShowable ? text : csvOf(rows), filename };
}

function csvOf(rows: TemplateRows): string {
  const dialect = DIALECTS.standard;
  return csvStart(dialect) + rows.map((row) => formatCsvRow(row, dialect)).join('');
}
