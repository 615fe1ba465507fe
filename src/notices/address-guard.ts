/**
 * Judges the address of a webhook: https only, and no host of a private network. A name is looked up once, every address
 * that it has is judged, and the connection goes to one of these addresses: a name that changes afterwards changes nothing.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { InputError, messageOf } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

const URL_CHARS_MAX = LIMITS.pathCharsMax;
/** All addresses of the global internet that are in use (RFC 4291, section 2.4; IANA has given out no others). */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** The addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface AddressRules {
  readonly resolve: Resolve;
  /** BULK_WEBHOOKS_LOCAL. */
  readonly isLocalAllowed: boolean;
}

/** A host that was looked up and judged. */
export interface CheckedAddress {
  readonly url: URL;
  readonly addresses: readonly string[];
}

export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

function refused(message: string, hint: string): InputError {
  return new InputError({ code: 'INPUT_INVALID', message, hint });
}

function notPublic(): InputError {
  return refused(
    'The address of the webhook is not on the public internet.',
    'All addresses of the host must be public. BULK_WEBHOOKS_LOCAL=on allows private and loopback addresses, for tests.',
  );
}

/** True for an address of the public internet. Forms that carry another address in them are none. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_V6);
}

/** The address in the form that is stored. Throws `INPUT_INVALID` for one that no webhook may have, whatever its host. */
function parseWebhookUrl(text: string, isLocalAllowed: boolean): URL {
  const url = text.length <= URL_CHARS_MAX && URL.canParse(text) ? new URL(text) : null;
  const isWeb = url !== null && ['https:', 'http:'].includes(url.protocol);
  if (!isWeb || (url.protocol === 'http:' && !isLocalAllowed)) {
    throw refused(
      `The address of the webhook is not an https address of at most ${String(URL_CHARS_MAX)} characters.`,
      'Give an address like https://example.dk/billy.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'The address of the webhook holds a user or a password.',
      'Leave them out; the receiver checks the signature of each request.',
    );
  }
  if (url.port === '0')
    throw refused('The address of the webhook has the port 0.', 'Give another port.');
  url.hash = '';
  return url;
}

/** The host without the brackets of an IPv6 address and the dot of a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** True for the names of this machine. No name server is asked about them. */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

async function lookUp(host: string, resolve: Resolve): Promise<readonly string[]> {
  if (ipaddr.isValid(host)) return [host];
  try {
    return await resolve(host);
  } catch (cause) {
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'The host of the webhook has no address.',
      hint: 'Check the name of the host.',
      detail: messageOf(cause),
      cause,
    });
  }
}

/** Looks the host up once. Throws `INPUT_INVALID` if any of its addresses may not be reached. */
export async function checkAddress(
  text: string,
  { resolve, isLocalAllowed }: AddressRules,
): Promise<CheckedAddress> {
  const url = parseWebhookUrl(text, isLocalAllowed);
  const host = hostOf(url);
  if (isLoopbackName(host) && !isLocalAllowed) throw notPublic();
  const addresses = await lookUp(host, resolve);
  const isPublic = addresses.length > 0 && addresses.every(isPublicAddress);
  if (!isPublic && !isLocalAllowed) throw notPublic();
  if (addresses.length === 0) throw notPublic();
  if (url.protocol === 'http:' && addresses.some(isPublicAddress)) {
    throw refused(
      'The address of the webhook is http on the public internet.',
      'Use https there; http is for tests on this machine and its network.',
    );
  }
  return { url, addresses };
}
