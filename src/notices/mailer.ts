/** Sends e-mails about jobs over SMTP. */
import type { Transporter } from 'nodemailer';
import { once } from '../core/memo.js';
import { addressOf } from '../jobs/job/addresses.js';
import type { JobView } from '../jobs/service/job-view.js';
import { languageOf, mailText } from './mail-text.js';
import type { MailLanguage } from './mail-words.js';

const CONNECT_MS = 10_000;
const IDLE_MS = 15_000;

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
  readonly language: MailLanguage;
  /** The address of this server over HTTP; null: it is not known. */
  readonly publicUrl: string | null;
}

export interface JobMail {
  readonly recipient: string;
  readonly eventId: string;
  readonly event: string;
  readonly atMs: number;
  readonly view: JobView;
}

export interface Mailer {
  send(mail: JobMail): Promise<void>;
}

/** The same for each try of an event, so that a mailbox shows a mail that came twice once. */
export function messageIdOf(eventId: string, from: string): string {
  const domain = /@([^\s<>@]+?)>?$/.exec(from.trim())?.[1] ?? 'localhost';
  return `<${eventId}@${domain}>`;
}

/** The report, over HTTP where the server has an address there. */
function reportUrlOf(jobId: string, publicUrl: string | null): string {
  if (publicUrl === null) return addressOf({ kind: 'report', jobId, scope: 'failed' });
  return `${publicUrl}/api/v1/jobs/${jobId}/report.csv`;
}

async function openTransport(smtpUrl: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url: smtpUrl,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: IDLE_MS,
    dnsTimeout: CONNECT_MS,
    // A mail holds our own text only.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

export function smtpMailer({ smtpUrl, from, language, publicUrl }: MailSettings): Mailer {
  const transport = once(() => openTransport(smtpUrl));
  return {
    async send({ recipient, eventId, event, atMs, view }) {
      const reportUrl = reportUrlOf(view.id, publicUrl);
      const { subject, text } = mailText({
        event,
        view,
        reportUrl,
        language: languageOf(view, language),
      });
      await (
        await transport()
      ).sendMail({
        from,
        // As an object, so that nothing in it is read as a list of addresses.
        to: { name: '', address: recipient },
        subject,
        text,
        messageId: messageIdOf(eventId, from),
        date: new Date(atMs),
        headers: { 'auto-submitted': 'auto-generated' },
      });
    },
  };
}
