/** Decides if the end of a job may be mailed to an address (contract, section 2: MAIL_ALLOWED). */
import { AppError, ConfigError } from '../../core/errors.js';
import type { StartOptions } from './job-options.js';

export interface MailRule {
  /** False: SMTP_URL or MAIL_FROM is missing. */
  readonly canSend: boolean;
  /** Addresses and domains; behind `ORGANIZATION_ID=` for that organization only. */
  readonly allowed: readonly string[];
}

/** True if the entry is the address, or its domain. */
function covers(entry: string, address: string): boolean {
  const [wanted, given] = [entry.toLowerCase(), address.toLowerCase()];
  const isAddress = wanted.includes('@') && !wanted.startsWith('@');
  return isAddress ? wanted === given : given.endsWith(`@${wanted.replace(/^@/, '')}`);
}

function isAllowed({ allowed }: MailRule, address: string, organizationId: string): boolean {
  return allowed.some((entry) => {
    const mark = entry.lastIndexOf('=');
    const isOwn = mark === -1 || entry.slice(0, mark) === organizationId;
    return isOwn && covers(entry.slice(mark + 1), address);
  });
}

/** Throws `CONFIG_INVALID` without a mail server, and `FORBIDDEN` for an address that is not allowed. */
export function checkRecipient(
  rule: MailRule | undefined,
  { notifyEmail: address }: Pick<StartOptions, 'notifyEmail'>,
  organizationId: string,
): void {
  if (address === undefined) return;
  if (rule?.canSend !== true) {
    throw new ConfigError({
      code: 'CONFIG_INVALID',
      message: 'This server cannot send e-mail, so options.notifyEmail has no effect.',
      hint: 'Leave notifyEmail out, or set SMTP_URL, MAIL_FROM and MAIL_ALLOWED and start the server again.',
    });
  }
  if (isAllowed(rule, address, organizationId)) return;
  throw new AppError({
    code: 'FORBIDDEN',
    message: 'This server may not send e-mail to the address in options.notifyEmail.',
    hint: 'MAIL_ALLOWED names the addresses and domains that may be mailed.',
  });
}
