/** The address under which callers reach the server, and the names that Host and Origin may carry. */
import { ConfigError } from '../../core/errors.js';

/** The names of this machine on itself. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export interface AddressSettings {
  readonly host: string;
  /** BULK_PUBLIC_URL. */
  readonly publicUrl: string | undefined;
  /** BULK_ALLOWED_HOSTS. */
  readonly allowedHosts: readonly string[];
  /** BULK_INSECURE. */
  readonly isInsecureAllowed: boolean;
}

export interface PublicAddress {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Names without ports; IPv6 in brackets. */
  readonly hostnames: readonly string[];
  /** Callers use https. */
  readonly isSecure: boolean;
}

/** The form of a host in addresses: IPv6 in brackets. */
function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

export function isLoopback(host: string): boolean {
  const name = urlHost(host).toLowerCase();
  return LOOPBACK_NAMES.includes(name) || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/**
 * Throws `CONFIG_INVALID` where keys would travel in the clear: bound off this machine without a public address, or
 * with one without TLS.
 */
export function checkAddress(settings: AddressSettings): void {
  const { host, publicUrl, isInsecureAllowed } = settings;
  if (publicUrl === undefined && !isLoopback(host)) {
    throw new ConfigError({
      code: 'CONFIG_INVALID',
      message: 'The server would listen for other machines without BULK_PUBLIC_URL.',
      hint: 'Set BULK_PUBLIC_URL to the https address that callers use, or listen on 127.0.0.1.',
    });
  }
  if (publicUrl === undefined || isInsecureAllowed) return;
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:' || isLoopback(hostname)) return;
  throw new ConfigError({
    code: 'CONFIG_INVALID',
    message:
      'BULK_PUBLIC_URL is an http address of another machine: keys would travel in the clear.',
    hint: 'Put TLS in front and use https, or set BULK_INSECURE=on if the network is trusted.',
  });
}

/** The address, once the port is known. */
export function publicAddress(settings: AddressSettings, port: number): PublicAddress {
  const { host, publicUrl, allowedHosts } = settings;
  const baseUrl = publicUrl ?? `http://${urlHost(host)}:${String(port)}`;
  const { hostname, protocol } = new URL(baseUrl);
  const own = isLoopback(host) ? LOOPBACK_NAMES : [];
  const hostnames = [...new Set([hostname, ...own, ...allowedHosts])].map((name) =>
    name.toLowerCase(),
  );
  return { baseUrl, hostnames, isSecure: protocol === 'https:' };
}
