/** The words of e-mails, in English and Danish. */
import type { NoticeEvent } from '../model/notice.js';
import type { Operation } from '../model/job.js';

export const MAIL_LANGUAGES = ['en', 'da'] as const;

export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** The counts of a job that a mail lists, in this order. */
export const COUNTS = [
  'successfulItems',
  'failedItems',
  'skippedItems',
  'unknownItems',
  'notAttemptedItems',
] as const;

type CountName = (typeof COUNTS)[number];

export interface MailWords {
  readonly operations: Readonly<Record<Operation, string>>;
  readonly ends: Readonly<Record<NoticeEvent, string>>;
  readonly counts: Readonly<Record<CountName, string>>;
  readonly of: string;
  readonly dryRun: string;
  readonly company: string;
  readonly file: string;
  readonly label: string;
  readonly rows: string;
  readonly error: string;
  readonly causes: string;
  readonly money: string;
  readonly net: string;
  readonly gross: string;
  readonly rollback: string;
  readonly reversed: string;
  readonly kept: string;
  readonly errored: string;
  readonly report: string;
  readonly job: string;
  readonly startedBy: string;
  readonly footer: string;
}

const ENGLISH: MailWords = {
  operations: { import: 'Import', update: 'Update', delete: 'Deletion', export: 'Export' },
  ends: {
    'job.completed': 'completed',
    'job.failed': 'failed',
    'job.cancelled': 'cancelled',
    'job.paused': 'paused',
    'job.rolled_back': 'rolled back',
    'job.partially_rolled_back': 'partly rolled back',
  },
  counts: {
    successfulItems: 'Successful',
    failedItems: 'Failed',
    skippedItems: 'Skipped',
    unknownItems: 'Unknown',
    notAttemptedItems: 'Not attempted',
  },
  of: 'of',
  dryRun: 'This was a dry run: nothing was written to Billy.',
  company: 'Company',
  file: 'File',
  label: 'Label',
  rows: 'Items',
  error: 'The job ended with an error',
  causes: 'Causes of failed items',
  money: 'Invoices',
  net: 'net',
  gross: 'gross',
  rollback: 'Rollback',
  reversed: 'reversed',
  kept: 'kept',
  errored: 'errors',
  report: 'Report of the failed rows',
  job: 'Job',
  startedBy: 'Started by',
  footer: 'You receive this mail because your address was given when the job was started.',
};

const DANISH: MailWords = {
  operations: { import: 'Import', update: 'Opdatering', delete: 'Sletning', export: 'Eksport' },
  ends: {
    'job.completed': 'gennemført',
    'job.failed': 'mislykket',
    'job.cancelled': 'annulleret',
    'job.paused': 'sat på pause',
    'job.rolled_back': 'rullet tilbage',
    'job.partially_rolled_back': 'delvist rullet tilbage',
  },
  counts: {
    successfulItems: 'Gennemført',
    failedItems: 'Mislykket',
    skippedItems: 'Sprunget over',
    unknownItems: 'Ukendt',
    notAttemptedItems: 'Ikke forsøgt',
  },
  of: 'af',
  dryRun: 'Dette var en prøvekørsel: intet er skrevet i Billy.',
  company: 'Virksomhed',
  file: 'Fil',
  label: 'Navn',
  rows: 'Poster',
  error: 'Jobbet sluttede med en fejl',
  causes: 'Årsager til mislykkede poster',
  money: 'Fakturaer',
  net: 'ekskl. moms',
  gross: 'inkl. moms',
  rollback: 'Tilbagerulning',
  reversed: 'rullet tilbage',
  kept: 'bevaret',
  errored: 'fejl',
  report: 'Rapport over mislykkede rækker',
  job: 'Job',
  startedBy: 'Startet af',
  footer: 'Du får denne mail, fordi din adresse blev oplyst, da jobbet blev startet.',
};

export function mailWords(language: MailLanguage): MailWords {
  return language === 'da' ? DANISH : ENGLISH;
}

/** `1,234` or `1.234`. */
export function countIn(language: MailLanguage, count: number): string {
  return count.toLocaleString(language === 'da' ? 'da-DK' : 'en-GB');
}

/** A decimal with the separators of the language; its digits stay. */
export function amountIn(language: MailLanguage, decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const isDanish = language === 'da';
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, isDanish ? '.' : ',');
  return fraction === undefined ? grouped : `${grouped}${isDanish ? ',' : '.'}${fraction}`;
}
