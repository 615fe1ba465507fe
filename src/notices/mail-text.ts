/** The subject and the text of an e-mail about a job. Texts that came from files are cleaned and cut, on lines of their own. */
import { clip } from '../core/text.js';
import type { JobView } from '../jobs/service/job-view.js';
import { NOTICE_EVENTS, type NoticeEvent } from '../model/notice.js';
import { resourceNamed } from '../resources/registry.js';
import { amountIn, countIn, COUNTS, mailWords, type MailLanguage } from './mail-words.js';

const NAME_CHARS = 80;
const LINE_CHARS = 200;

export interface MailContent {
  readonly event: string;
  readonly view: JobView;
  readonly language: MailLanguage;
  /** The address of the report, as the reader can open it. */
  readonly reportUrl: string;
}

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** A job in the Danish dialect is mailed in Danish, with any setting. */
export function languageOf({ options }: JobView, preferred: MailLanguage): MailLanguage {
  return options['dialect'] === 'da' ? 'da' : preferred;
}

function eventNamed(name: string): NoticeEvent {
  return NOTICE_EVENTS.find((event) => event === name) ?? 'job.completed';
}

function kindOf(resourceType: string, language: MailLanguage): string {
  const { plural, pluralInDanish } = resourceNamed(resourceType);
  return language === 'da' ? pluralInDanish : plural;
}

/** The name of the company where the server knows several. */
function companyOf(view: JobView): string {
  const { organization } = view as { organization?: { name?: unknown } };
  return typeof organization?.name === 'string' ? clip(organization.name, NAME_CHARS) : '';
}

function titleOf({ event, view, language }: MailContent): string {
  const { operations, ends, of } = mailWords(language);
  const kind = kindOf(view.resourceType, language);
  return `${operations[view.operation]} ${of} ${kind}: ${ends[eventNamed(event)]}`;
}

function subjectOf(content: MailContent): string {
  const { view, language } = content;
  const { failedItems, successfulItems } = view;
  const { counts } = mailWords(language);
  const figures = [
    `${countIn(language, successfulItems)} ${counts.successfulItems.toLowerCase()}`,
    ...(failedItems === 0
      ? []
      : [`${countIn(language, failedItems)} ${counts.failedItems.toLowerCase()}`]),
  ];
  const company = companyOf(view);
  return `${titleOf(content)} (${figures.join(', ')})${company === '' ? '' : ` - ${company}`}`;
}

function headLines({ view, language }: MailContent): string[] {
  const words = mailWords(language);
  const company = companyOf(view);
  return [
    ...(view.dryRun ? [words.dryRun] : []),
    ...(company === '' ? [] : [`${words.company}: ${company}`]),
    ...(view.label === null ? [] : [`${words.label}: ${clip(view.label, NAME_CHARS)}`]),
    ...(view.source === null ? [] : [`${words.file}: ${clip(view.source.name, NAME_CHARS)}`]),
  ];
}

function countLines({ view, language }: MailContent): string[] {
  const words = mailWords(language);
  const shown = COUNTS.filter((name) => name === 'successfulItems' || view[name] > 0);
  return [
    ...(view.totalItems === null ? [] : [`${words.rows}: ${countIn(language, view.totalItems)}`]),
    ...shown.map((name) => `  ${words.counts[name]}: ${countIn(language, view[name])}`),
  ];
}

function moneyLines({ view: { money }, language }: MailContent): string[] {
  if (money === null) return [];
  const words = mailWords(language);
  const lines = money.totals.map(({ currency, net, gross }) => {
    const sums = [
      ...(net === null ? [] : [`${words.net} ${amountIn(language, net)}`]),
      ...(gross === null ? [] : [`${words.gross} ${amountIn(language, gross)}`]),
    ];
    return `  ${clip(currency, NAME_CHARS)}: ${sums.join(', ')}`;
  });
  return lines.length === 0 ? [] : [`${words.money}:`, ...lines];
}

function causeLines({ view, language }: MailContent): string[] {
  const words = mailWords(language);
  const error = view.error === null ? [] : [`${words.error}: ${view.error.code}`];
  const text = view.error === null ? [] : [`  ${clip(view.error.message, LINE_CHARS)}`];
  const causes = view.errorSummary.map(
    ({ code, message, count }) =>
      `  ${countIn(language, count)} x ${code}: ${clip(message, LINE_CHARS)}`,
  );
  return [...error, ...text, ...(causes.length === 0 ? [] : [`${words.causes}:`, ...causes])];
}

function rollbackLines({ view: { rollback }, language }: MailContent): string[] {
  if (rollback === null || rollback.status === 'foretold') return [];
  const words = mailWords(language);
  const counts = (['reversed', 'kept', 'errored'] as const).map(
    (name) => `${countIn(language, rollback[name])} ${words[name]}`,
  );
  return [`${words.rollback}: ${counts.join(', ')}`];
}

function footLines({ view, language, reportUrl }: MailContent): string[] {
  const words = mailWords(language);
  return [
    `${words.report}: ${reportUrl}`,
    `${words.job}: ${view.id}`,
    `${words.startedBy}: ${clip(view.createdBy, NAME_CHARS)}`,
  ];
}

export function mailText(content: MailContent): MailText {
  const parts = [
    [titleOf(content), ...headLines(content)],
    countLines(content),
    causeLines(content),
    moneyLines(content),
    rollbackLines(content),
    footLines(content),
    [mailWords(content.language).footer],
  ];
  const text = parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return { subject: subjectOf(content), text: `${text}\n` };
}
