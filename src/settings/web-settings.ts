/** The settings of the server over HTTP: its addresses, and the callers. */
import { z } from 'zod';
import { onOff, optionalText, rateLimit, setting, texts, webAddress } from './setting.js';

/** MCP and the metadata of tokens lie at the root of a host. */
const publicUrl = webAddress.refine((url) => new URL(url).pathname === '/', 'expected no path');

const hostNames = texts.refine(
  (names) => names.every((name) => /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(name)),
  'expected host names without scheme and port',
);

/** Hops as a number, or address ranges; which addresses are valid is judged where the server starts. */
const trustProxy = texts.transform((listed): number | readonly string[] =>
  listed.length === 1 && /^\d{1,2}$/.test(listed.join('')) ? Number(listed[0]) : listed,
);

/** A key that callers can send in a header, too long to be guessed. */
export const ADMIN_KEY = z
  .string()
  .regex(/^[\x21-\x7e]{32,}$/, 'expected at least 32 characters of ASCII without blanks');

/** Keys and addresses. */
export const CALLER_FIELDS = {
  BULK_API_KEY: setting({
    schema: ADMIN_KEY.optional(),
    fallback: null,
    isSecret: true,
    help: 'For `http`: an admin key for all organizations, at least 32 characters, for containers and first steps. `keys create` makes others.',
  }),
  BULK_API_KEY_FILE: setting({
    schema: optionalText,
    fallback: null,
    help: 'A file that holds only that key, in place of `BULK_API_KEY`.',
  }),
  BULK_PUBLIC_URL: setting({
    schema: publicUrl.optional(),
    fallback: null,
    help: 'For `http`: the address that callers use, for example `https://bulk.example.dk`; by default the address it listens on. Host and Origin of requests are checked against it. Needed to listen elsewhere than on this machine.',
  }),
  BULK_ALLOWED_HOSTS: setting({
    schema: hostNames.optional(),
    fallback: null,
    help: 'For `http`: further host names, with commas between them, under which callers may reach it.',
  }),
  BULK_INSECURE: setting({
    schema: onOff,
    fallback: 'off',
    help: 'For `http`: `on` allows a `BULK_PUBLIC_URL` without TLS off this machine. Keys then travel in the clear.',
  }),
  BULK_TRUST_PROXY: setting({
    schema: trustProxy.optional(),
    fallback: null,
    help: 'For `http` behind a proxy: the number of proxies in front, or their address ranges with commas. Only their `X-Forwarded-For` and `X-Forwarded-Proto` count.',
  }),
  BULK_CALLER_RATE: setting({
    schema: rateLimit,
    fallback: '600/min',
    help: 'For `http`: the most requests of one caller in such a period; more is `RATE_LIMITED` (429).',
  }),
} as const;

/** The authorization server. */
export const OAUTH_FIELDS = {
  OAUTH_ISSUER: setting({
    schema: webAddress.optional(),
    fallback: null,
    help: 'For `http`: the address of an authorization server; its JWTs sign callers in.',
  }),
  OAUTH_AUDIENCE: setting({
    schema: texts.optional(),
    fallback: null,
    help: 'The audiences that a JWT must name one of, with commas; by default `/mcp` and `/mcp/{organizationId}` under `BULK_PUBLIC_URL`.',
  }),
  OAUTH_ORGANIZATIONS_CLAIM: setting({
    schema: z.string().min(1),
    fallback: 'billy_organizations',
    help: 'The claim of a JWT that lists the ids of the organizations that its caller may reach.',
  }),
} as const;
