/** The settings of notices: webhooks and e-mail. */
import { z } from 'zod';
import { onOff, setting, texts } from './setting.js';

/** One address, without a name beside it. Control characters and blanks never pass, so nothing can be injected. */
export const MAIL_ADDRESS =
  /^[^\s\p{C}@<>(),;:"\\[\]]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,188}[\p{L}\p{N}])?$/u;

/** `smtp://` or `smtps://`, with user and password where the server asks for them. */
const smtpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
}, 'expected an smtp:// or smtps:// address');

/** An address, or a name with an address in angle brackets. */
const sender = z.string().refine((text) => {
  const address = /^[^\p{C}<>"]{0,100}<([^<>]+)>$/u.exec(text.trim())?.[1] ?? text.trim();
  return MAIL_ADDRESS.test(address);
}, 'expected an e-mail address');

const DOMAIN = /^@?[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/** `example.dk`, `anna@example.dk`, or either behind `ORGANIZATION_ID=`. */
function isAllowable(entry: string): boolean {
  const target = entry.slice(entry.indexOf('=') + 1);
  return DOMAIN.test(target) || MAIL_ADDRESS.test(target);
}

const allowed = texts.refine(
  (entries) => entries.every(isAllowable),
  'expected e-mail addresses or domains',
);

export const NOTICE_FIELDS = {
  BULK_WEBHOOKS_LOCAL: setting({
    schema: onOff,
    fallback: 'off',
    help: '`on` lets webhooks go to private and loopback addresses, there by http too; for tests.',
  }),
  SMTP_URL: setting({
    schema: smtpUrl.optional(),
    fallback: null,
    isSecret: true,
    help: 'The mail server that sends e-mail at the end of jobs (`options.notifyEmail`): `smtps://user:password@mail.example.dk`.',
  }),
  MAIL_FROM: setting({
    schema: sender.optional(),
    fallback: null,
    help: 'The sender of these e-mails, an address or `Name <address>`; needed with `SMTP_URL`.',
  }),
  MAIL_ALLOWED: setting({
    schema: allowed.optional(),
    fallback: null,
    help: 'The addresses and domains that may be mailed, with commas: `example.dk, anna@office.dk`; `ORGANIZATION_ID=bo@firm.dk` holds for that organization only.',
  }),
  MAIL_LANGUAGE: setting({
    schema: z.enum(['en', 'da']),
    fallback: 'en',
    help: 'The language of these e-mails: `en` or `da`. Jobs with `options.dialect` `da` are mailed in Danish.',
  }),
} as const;
