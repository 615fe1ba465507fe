/** A real account at the sandbox, and rows and records as the tests write them. */
import { onTestFinished } from 'vitest';
import { createBillyClient } from '../../../src/billy/http/client.js';
import type {
  BillyClient,
  ReadOptions,
  WireRecord,
  WriteAnswer,
} from '../../../src/billy/types.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { parseCells } from '../../../src/resources/definition/cells.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { NO_REFERENCES } from '../../../src/resources/definition/lookups.js';
import type {
  Cells,
  ParsedRow,
  LoadRequest,
  Lookups,
  Resource,
  RowValues,
} from '../../../src/resources/definition/resource.js';
import { DEFAULT_UNKNOWNS, type SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Step } from '../../../src/model/item.js';
import type { RecordImage } from '../../../src/model/record.js';

const READ: ReadOptions = { priority: 'job', patienceMs: 0 };
export const LOAD: LoadRequest = { read: READ, abroadRulesetId: null };

export interface Account {
  readonly billy: BillyClient;
  readonly sandbox: Sandbox;
}

/** The port's real client at any address; closed when the test ends. */
export function clientAt(baseUrl: string, token: string): BillyClient {
  const billy = createBillyClient({
    baseUrl,
    token,
    rateLimit: null,
    maxConcurrent: 4,
    timeoutMs: 5000,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  });
  onTestFinished(() => billy.close());
  return billy;
}

export async function startAccount(
  options: { unknowns?: Partial<SandboxUnknowns>; contacts?: number; products?: number } = {},
): Promise<Account> {
  const { unknowns, contacts = 0, products = 0 } = options;
  const sandbox = await startSandbox({
    port: 0,
    seed: 7,
    unknowns: { ...DEFAULT_UNKNOWNS, ...unknowns },
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts,
    products,
    clock: systemClock,
  });
  onTestFinished(() => sandbox.close());
  return { sandbox, billy: clientAt(sandbox.url, sandbox.token) };
}

/** Everything of the resource's collection, as images. */
export async function imagesIn(billy: BillyClient, resource: Resource): Promise<RecordImage[]> {
  const images: RecordImage[] = [];
  const options = { ...READ, include: resource.include };
  for await (const batch of billy.listAll(resource.collection, options)) {
    images.push(...batch.map((record) => imageOf(record, resource)));
  }
  return images;
}

export async function imageNamed(
  billy: BillyClient,
  resource: Resource,
  id: string,
): Promise<RecordImage> {
  const record = await billy.get(resource.collection, id, { ...READ, include: resource.include });
  if (record === null) throw new Error('Billy has no such record.');
  return imageOf(record, resource);
}

export function createRecord(
  billy: BillyClient,
  resource: Resource,
  body: WireRecord | Readonly<Record<string, unknown>>,
): Promise<WriteAnswer> {
  return billy.create(resource.collection, body, { patienceMs: 0 });
}

/** Sends the steps of a change as the engine would. */
export async function sendSteps(billy: BillyClient, steps: readonly Step[]): Promise<void> {
  const write = { patienceMs: 0 };
  for (const { kind, collection, id, body } of steps) {
    // Steps are made by resources, whose collections are the client's.
    const target = { collection: collection as 'contacts', id: id ?? '' };
    if (kind === 'create') await billy.create(target.collection, body, write);
    else await billy.update(target, body, write);
  }
}

/** Values of a row whose cells must be right. */
export function valuesOf(
  resource: Resource,
  cells: Readonly<Record<string, string | null>>,
): RowValues {
  const { values, issues } = parseCells(resource.rowSchema, cells);
  if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join('; '));
  return values;
}

/** An item of one row. */
export function enteredAs(values: RowValues): ParsedRow {
  return { values, lines: [values] };
}

/**
 * What an export says of a record, read again as the engine does: a cell at fault that the record
 * itself holds so is no fault of the row, and says nothing.
 */
export function readBack(resource: Resource, image: RecordImage, lookups: Lookups): RowValues {
  const row = resource.exportRow(image, lookups);
  const cells = resource.exportColumns.map((column) => [column, (row[column] ?? '').trim()]);
  const { values } = parseCells(resource.rowSchema, Object.fromEntries(cells) as Cells);
  return resource.resolve(values, lookups).values;
}

/** Fields that the cells of a row are wrong in. */
export function faultyFields(
  resource: Resource,
  cells: Readonly<Record<string, string | null>>,
): string[] {
  return parseCells(resource.rowSchema, cells).issues.map(({ field }) => field);
}

export function lookupsWith(lookups: Partial<Lookups> = {}): Lookups {
  return {
    organization: {
      id: 'org-1',
      name: 'Prøve ApS',
      registrationNo: '12345678',
      countryId: 'DK',
      baseCurrencyId: 'DKK',
      defaultSalesAccountId: 'acc-1',
      defaultSalesTaxRulesetId: 'set-25',
      defaultTaxMode: 'excl',
      hasVat: true,
      isLocked: false,
      fiscalLockingDate: null,
    },
    accounts: new Map([
      ['1110', ['acc-1110']],
      ['1190', ['acc-a', 'acc-b']],
    ]),
    accountNos: new Map([
      ['acc-1110', '1110'],
      ['acc-a', '1190'],
    ]),
    rulesets: new Map([
      ['vat25', ['set-25']],
      ['vat0', ['set-0']],
    ]),
    rulesetLabels: new Map([
      ['set-25', 'vat25'],
      ['set-0', 'vat0'],
    ]),
    references: NO_REFERENCES,
    ...lookups,
  };
}
