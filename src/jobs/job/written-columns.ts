/** The columns of the files that we write: their Danish headers, and the kind of their values. */
import type { TableColumn, ValueKind } from '../../files/cells/dialects.js';
import { normalizeHeader } from '../../resources/definition/headers.js';
import { reportColumnTest } from '../../resources/headers/report-columns.js';
import type { Resource } from '../../resources/definition/resource.js';

/** The Danish header of each column (contract, section 4). Where several are given, the resource's own counts. */
const DANISH: Readonly<Record<string, readonly string[]>> = {
  id: ['id'],
  name: ['navn'],
  email: ['e-mail'],
  phone: ['telefon'],
  address: ['adresse'],
  city: ['by'],
  zipcode: ['postnr'],
  country: ['land'],
  vatNo: ['cvr'],
  contactNo: ['kundenr', 'leverandørnr'],
  ean: ['ean-nr'],
  type: ['type'],
  isArchived: ['arkiveret'],
  paymentTermsDays: ['betalingsfrist'],
  description: ['beskrivelse'],
  accountNo: ['konto'],
  unitPrice: ['pris'],
  salesTaxRuleset: ['moms'],
  productNo: ['varenr'],
  currency: ['valuta'],
  unit: ['enhed'],
  invoiceRef: ['fakturaref'],
  invoiceNo: ['fakturanr'],
  customer: ['kunde'],
  entryDate: ['dato'],
  taxMode: ['moms'],
  quantity: ['antal'],
  approve: ['godkend'],
};

/** Text columns with counts; every other text column may hold an identifier. */
const WHOLE = new Set(['paymentTermsDays']);

type Columns = Pick<Resource, 'columns'>;

/** The Danish header of a column; its own name if it has none. */
export function danishHeader({ columns }: Columns, name: string): string {
  const known = DANISH[name] ?? [];
  const aliases = columns.find((column) => column.name === name)?.aliases ?? [];
  const own = new Set(aliases.map(normalizeHeader));
  return known.find((header) => own.has(normalizeHeader(header))) ?? known[0] ?? name;
}

function kindOf({ columns }: Columns, name: string): ValueKind {
  return WHOLE.has(name) ? 'whole' : (columns.find((each) => each.name === name)?.kind ?? 'text');
}

/** The columns of a file with these columns of the resource. */
export function writtenColumns(
  resource: Columns,
  names: readonly string[],
  { isDanish }: { readonly isDanish: boolean },
): TableColumn[] {
  return names.map((name) => ({
    header: isDanish ? danishHeader(resource, name) : name,
    kind: kindOf(resource, name),
  }));
}

/** True if the headers are exactly those of an export of the resource, in English or in Danish. */
export function isOwnExport(
  resource: Pick<Resource, 'columns' | 'exportColumns'>,
  headers: readonly string[],
): boolean {
  const { exportColumns: names } = resource;
  const isAll = (own: readonly string[]): boolean =>
    own.length === headers.length && own.every((header, index) => header === headers[index]);
  return isAll(names) || isAll(names.map((name) => danishHeader(resource, name)));
}

/**
 * True if all headers are those of our Danish exports and templates: with the id of an export, or as many as a
 * template has. Columns of our reports do not count.
 */
export function isOwnDanishFile(
  resource: Pick<Resource, 'columns' | 'exportColumns' | 'template'>,
  headers: readonly string[],
): boolean {
  const danish = (names: readonly string[]): string[] =>
    names.map((name) => normalizeHeader(danishHeader(resource, name)));
  const isReportColumn = reportColumnTest(headers);
  const own = headers.filter((header) => !isReportColumn(header)).map(normalizeHeader);
  const { exportColumns, template } = resource;
  const ofTemplate = danish(template[0]);
  const known = new Set([...danish(exportColumns), ...ofTemplate]);
  const isWhole = own.includes('id') || ofTemplate.every((header) => own.includes(header));
  const english = new Set(exportColumns.map(normalizeHeader));
  return isWhole && own.every((each) => known.has(each)) && own.some((each) => !english.has(each));
}
