/** Requests of people, and the calls of an assistant that does them with care: it shows each plan before it runs it. */
import { jobIdIn, type CountedClient } from './counted-client.js';
import { correctedRows } from './ground.js';

export interface Request {
  readonly name: string;
  readonly words: string;
  /** The calls and tokens before there were filters, waits and texts that hold all facts. null: not tried. */
  readonly before: string | null;
  readonly play: (assistant: CountedClient) => Promise<void>;
}

function need(text: string, words: RegExp): void {
  if (!words.test(text)) throw new Error(`${String(words)} is not said by: ${text}`);
}

async function importCorrected(assistant: CountedClient): Promise<void> {
  const plan = await assistant.ended('import_customers_csv', {
    filePath: 'kunder.xlsx',
    options: { dryRun: true },
  });
  need(plan, /8 x ROW_INVALID/);
  const dryRunJobId = jobIdIn(plan);
  need(await assistant.ended('import_customers_csv', { dryRunJobId }), /created 142/);
  const rows = correctedRows();
  need(await assistant.ended('import_customers_csv', { rows }), /created 8/);
}

async function raiseHourlyPrices(assistant: CountedClient): Promise<void> {
  const where = { unit: 'time' };
  const set = { unitPrice: { multiplyBy: '1.04' } };
  const plan = await assistant.ended('bulk_update_products', {
    where,
    set,
    options: { dryRun: true },
  });
  const jobId = jobIdIn(plan);
  await assistant.call('get_bulk_job_report', { jobId, include: 'all' });
  need(await assistant.ended('bulk_update_products', { dryRunJobId: jobId }), /updated 60/);
}

async function deleteWithoutVatNo(assistant: CountedClient): Promise<void> {
  const type = { resourceType: 'customer' };
  const plan = await assistant.ended('bulk_delete_records', {
    ...type,
    where: { vatNo: { isEmpty: true } },
    options: { dryRun: true },
  });
  const jobId = jobIdIn(plan);
  await assistant.call('get_bulk_job_report', { jobId, include: 'all' });
  need(await assistant.ended('bulk_delete_records', { ...type, dryRunJobId: jobId }), /deleted \d/);
}

/** Imports, looks at the rows that failed, runs and undoes. */
async function importAndUndo(assistant: CountedClient): Promise<void> {
  const file = { filePath: 'rettelser.csv' };
  const plan = await assistant.ended('import_customers_csv', {
    ...file,
    options: { dryRun: true },
  });
  const jobId = jobIdIn(plan);
  await assistant.call('get_bulk_job_report', { jobId, include: 'failed' });
  const run = await assistant.ended('import_customers_csv', { dryRunJobId: jobId });
  need(run, /created 142/);
  need(await assistant.ended('rollback_job', { jobId: jobIdIn(run) }), /142 of 142 reversed/);
}

async function undoYesterday(assistant: CountedClient): Promise<void> {
  const list = await assistant.call('list_bulk_jobs', {
    resourceType: 'customer',
    operation: 'import',
    dryRun: false,
    status: 'completed',
    limit: 3,
  });
  const jobId = jobIdIn(list);
  await assistant.ended('rollback_job', { jobId, dryRun: true });
  need(await assistant.ended('rollback_job', { jobId }), /reversed/);
}

async function failedCustomers(assistant: CountedClient): Promise<void> {
  const list = await assistant.call('list_bulk_jobs', { resourceType: 'customer', limit: 3 });
  const report = await assistant.call('get_bulk_job_report', { jobId: jobIdIn(list) });
  need(report, /ring først/);
}

async function makeInvoices(assistant: CountedClient): Promise<void> {
  const { plan, run } = await assistant.planned('import_invoices_csv', {
    filePath: 'fakturaer.csv',
  });
  need(plan, /Approved for good: 20 invoices/);
  need(run, /created 20/);
}

async function setTerms(assistant: CountedClient): Promise<void> {
  const { run } = await assistant.planned('bulk_update_customers', {
    where: { name: { isEmpty: false } },
    set: { paymentTermsDays: 14 },
  });
  need(run, /updated \d/);
}

async function stopImport(assistant: CountedClient): Promise<void> {
  const jobId = jobIdIn(await assistant.call('import_customers_csv', { filePath: 'lang.csv' }));
  await assistant.call('cancel_bulk_job', { jobId });
  await assistant.ended('get_bulk_job_status', { jobId });
  need(await assistant.ended('rollback_job', { jobId }), /reversed/);
}

/** In an order in which each finds what it needs. */
export const REQUESTS: readonly Request[] = [
  {
    name: 'flow',
    words: 'Import, check, run, undo',
    before: '6 calls, 3,835 tokens',
    play: importAndUndo,
  },
  {
    name: 'company',
    words: 'Hvilket firma er du koblet til?',
    before: 'by starting a job',
    play: async (assistant) => need(await assistant.call('list_organizations', {}), /CVR/),
  },
  {
    name: 'correct',
    words: 'Importér kunderne i kunder.xlsx, men ret momsnumre først',
    before: '6 calls, 1,576 tokens to the errors',
    play: importCorrected,
  },
  {
    name: 'raise',
    words: 'Hæv alle timepriser 4 %',
    before: '7 calls, about 5,300 tokens (60 products)',
    play: raiseHourlyPrices,
  },
  {
    name: 'customers',
    words: 'Importér kunderne i rettelser.csv',
    before: null,
    play: async (assistant) => {
      await assistant.planned('import_customers_csv', {
        filePath: 'rettelser.csv',
        options: { force: true },
      });
    },
  },
  {
    name: 'failed',
    words: 'Which customers failed and why?',
    before: '2 calls, 1,400 tokens',
    play: failedCustomers,
  },
  {
    name: 'invoices',
    words: 'Lav fakturaer af fakturaer.csv og godkend dem',
    before: '4 calls, if the headers fit',
    play: makeInvoices,
  },
  {
    name: 'undo',
    words: 'Fortryd importen fra i går',
    before: '5-7 calls',
    play: undoYesterday,
  },
  {
    name: 'export',
    words: 'Eksportér alle kunder til Excel',
    before: '1 call, a file that Excel refuses',
    play: async (assistant) => {
      const args = { filePath: 'alle.xlsx', options: { dialect: 'da' } };
      need(await assistant.call('export_customers_csv', args), /alle\.xlsx/);
    },
  },
  {
    name: 'suppliers',
    words: 'Importér leverandørerne',
    before: 'works',
    play: async (assistant) => {
      const { run } = await assistant.planned('import_suppliers_csv', {
        filePath: 'leverandører.csv',
      });
      need(run, /created 40/);
    },
  },
  {
    name: 'stop',
    words: 'Stop importen, den er forkert',
    before: '4 calls, waits without a word behind another job',
    play: stopImport,
  },
  {
    name: 'terms',
    words: 'Sæt betalingsfrist til 14 dage for alle kunder',
    before: 'export, read, ids',
    play: setTerms,
  },
  {
    name: 'delete',
    words: 'Slet alle kunder uden CVR',
    before: '5 calls, about 19,000 tokens (312 customers)',
    play: deleteWithoutVatNo,
  },
];
