/**
 * Makes template files. Their rows can be imported unchanged. If the rows must name existing records,
 * records of the account are used.
 */
import { messageOf } from '../../core/errors.js';
import { showBlock } from '../../core/text.js';
import { csvStart, DIALECTS, formatCsvRow } from '../../files/csv/writer.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { templateNamed } from '../../resources/registry.js';
import type { TemplateMaker, TemplateRows } from '../../resources/definition/resource.js';
import type { BillyClient, Collection } from '../../billy/types.js';
import type { RecordImage } from '../../model/record.js';
import type { ServiceDeps } from './service-deps.js';

type Parts = Pick<ServiceDeps, 'organizations' | 'caller' | 'log'>;

/** A caller waits for the file. If Billy does not answer in this time, the general template is returned. */
const PATIENCE_MS = 1500;
/** The maximum length of rows with the account's records. Longer rows would not fit into an answer. */
const EXAMPLES_CHARS_MAX = 1500;

/** Reads only the first page of each list: a few examples are enough. */
async function examplesFor(billy: BillyClient, { needs }: TemplateMaker) {
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
  try {
    const account = await deps.organizations.accountFor(deps.caller, undefined);
    if (!account.hasToken()) return null;
    return maker.rows(await account.connection.use((billy) => examplesFor(billy, maker)));
  } catch (error) {
    deps.log.warn({ event: 'template.no-examples', error: messageOf(error) });
    return null;
  }
}

/** Returns the template as CSV. Throws `INPUT_INVALID` for an unknown name. */
export async function templateText(
  deps: Parts,
  name: string,
): Promise<{ csvContent: string; filename: string }> {
  const { rows, filename, maker } = templateNamed(name);
  const made = maker === null ? null : await madeRows(deps, maker);
  const text = made === null ? '' : csvOf(made);
  // The account's records are used only if an answer can show them unchanged.
  const isShowable = text !== '' && showBlock(text) === text && text.length <= EXAMPLES_CHARS_MAX;
  return { csvContent: isShowable ? text : csvOf(rows), filename };
}

function csvOf(rows: TemplateRows): string {
  const dialect = DIALECTS.standard;
  return csvStart(dialect) + rows.map((row) => formatCsvRow(row, dialect)).join('');
}
