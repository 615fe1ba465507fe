/**
 * Defines every setting in one place: default, environment name, flag, meaning, secret or not. The README's
 * table is generated from `SETTINGS`; `resolveConfig` merges flags over environment over defaults.
 */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { ConfigError } from './core/errors.js';
import { NOTICE_FIELDS } from './settings/notice-settings.js';
import {
  onOff,
  optionalText,
  rateLimit,
  setting,
  whole,
  type Setting,
} from './settings/setting.js';
import { CALLER_FIELDS, OAUTH_FIELDS } from './settings/web-settings.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Billy's address: https, or http on this machine only (the sandbox). */
const baseUrl = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal)) {
    context.addIssue({ code: 'custom', message: 'expected an https address (http on loopback)' });
    return z.NEVER;
  }
  return url.href.replace(/\/+$/, '');
});

const rowsOrOff = z
  .string()
  .regex(/^(?:off|\d{1,10})$/, 'expected off or a whole number')
  .transform((text): number | null => (text === 'off' ? null : Number(text)));

/** Names with commas or blanks between them. */
const names = z.string().transform((text, context): readonly string[] => {
  const listed = text.split(/[\s,]+/).filter((name) => name !== '');
  if (listed.length > 0 && listed.every((name) => /^[a-z_]+$/.test(name))) return listed;
  context.addIssue({ code: 'custom', message: 'expected all, core, or names of tools' });
  return z.NEVER;
});

const FIELDS = {
  BILLY_ACCESS_TOKEN: setting({
    schema: optionalText,
    fallback: null,
    isSecret: true,
    help: 'The access token of one Billy organization. Without it the server starts and lists its tools.',
  }),
  BILLY_ACCESS_TOKEN_FILE: setting({
    schema: optionalText,
    fallback: null,
    help: 'A file that holds only the access token, in place of `BILLY_ACCESS_TOKEN`; only its owner should be able to read it.',
  }),
  BILLY_API_BASE_URL: setting({
    schema: baseUrl,
    fallback: 'https://api.billysbilling.com/v2',
    help: "The address of Billy's API; https only, except on this machine.",
  }),
  BILLY_ORGANIZATION_ID: setting({
    schema: optionalText,
    fallback: null,
    help: "If set, it must be the token's own organization.",
  }),
  BILLY_RATE_LIMIT: setting({
    schema: rateLimit,
    fallback: '100/min',
    help: 'The most requests: `N/s`, `N/min`, `N/h` or `unlimited`, in any such period, all servers that share the data folder counted together.',
  }),
  BILLY_MAX_CONCURRENT: setting({
    schema: whole(1, 64),
    fallback: '4',
    help: 'The most requests in flight at once.',
  }),
  BILLY_TIMEOUT_MS: setting({
    schema: whole(100, 600_000),
    fallback: '30000',
    help: 'The longest time for one request, milliseconds.',
  }),
  BILLY_SETTLE_MS: setting({
    schema: whole(0, 600_000),
    fallback: '10000',
    help: 'How long to wait, after a write timed out, before concluding that Billy did not save it, milliseconds.',
  }),
  BILLY_BULK_SAVE: setting({
    schema: onOff,
    fallback: 'off',
    help: '`on` sends many writes in one request by bulk save, which Billy does not document; `doctor --probe-writes` finds out if the account has it.',
  }),
  BILLY_ABROAD_RULESET_ID: setting({
    schema: optionalText,
    fallback: null,
    help: 'The sales tax ruleset that `abroad` means in product files; without it such rows are refused.',
  }),
  BULK_DATA_DIR: setting({
    schema: optionalText,
    fallback: null,
    help: "Folder of the job database, source copies and exports; by default in the system's application data.",
  }),
  BULK_SECRET_KEY: setting({
    schema: optionalText,
    fallback: null,
    isSecret: true,
    help: 'The key that seals the access tokens of `organizations add`: 32 bytes in base64; several with commas, the first one seals. By default the file `secret.key` in the data folder, which is made when it is first needed.',
  }),
  BULK_SECRET_KEY_FILE: setting({
    schema: optionalText,
    fallback: null,
    help: 'A file that holds only that key, in place of `BULK_SECRET_KEY`.',
  }),
  ...CALLER_FIELDS,
  BULK_JOBS_MAX_OPEN: setting({
    schema: whole(1, 1_000_000),
    fallback: '100',
    help: 'The most unfinished jobs of one organization; one more is `JOBS_TOO_MANY`.',
  }),
  ...OAUTH_FIELDS,
  BULK_ALLOWED_DIRS: setting({
    schema: optionalText,
    fallback: null,
    help: 'Folders in which files may be read and written (separated as in PATH); by default the working directory, unless that is the root.',
  }),
  BULK_JOBS_AT_ONCE: setting({
    schema: whole(1, 32),
    fallback: '3',
    help: 'The most jobs running in one process.',
  }),
  BULK_LEASE_SECONDS: setting({
    schema: whole(1, 3600),
    fallback: '15',
    help: "How long a process's claim on a job lasts unless renewed; the claim of a dead process is taken over at once.",
  }),
  BULK_RETENTION_DAYS: setting({
    schema: whole(1, 36_500),
    fallback: '90',
    help: 'Days after which stored rows, before/after values and files of ended jobs are deleted (a rollback is possible until then); the journal stays.',
  }),
  BULK_MAX_ROWS: setting({
    schema: whole(1, 1_000_000_000),
    fallback: '2000000',
    help: 'The most rows in one file; a larger file is refused.',
  }),
  BULK_MAX_FILE_BYTES: setting({
    schema: whole(1, Number.MAX_SAFE_INTEGER),
    fallback: '536870912',
    help: 'The most bytes in one file; a larger file is refused.',
  }),
  BULK_READ_ONLY: setting({
    schema: onOff,
    fallback: 'off',
    help: '`on`: nothing is written to Billy (`READ_ONLY`); dry runs, exports, cancel and pause work.',
  }),
  BULK_PLAN_REQUIRED_ROWS: setting({
    schema: rowsOrOff,
    fallback: 'off',
    help: 'The most records that a start may write without the plan of a dry run (`dryRunJobId`); more is `PLAN_REQUIRED`. `off`: only deletions and filters need one, above 20 records.',
  }),
  BULK_TOOLS: setting({
    schema: names,
    fallback: 'all',
    help: 'The tools that are listed: `all`, `core` (imports, product updates, inspect, status, list, report, cancel, rollback: half the tokens), or names with commas between them.',
  }),
  ...NOTICE_FIELDS,
  BULK_LOG_LEVEL: setting({
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'info',
    help: 'The level of the JSON log on stderr: `trace`, `debug`, `info`, `warn`, `error` or `silent`.',
  }),
} as const;

type Fields = typeof FIELDS;
type SettingName = keyof Fields;

export type Config = { readonly [Name in SettingName]: z.output<Fields[Name]['schema']> };

/** Every setting in the order of the README. */
export const SETTINGS: readonly Setting[] = Object.entries(FIELDS).map(([name, field]) => ({
  name,
  ...field,
}));

/** `BILLY_RATE_LIMIT` → `billy-rate-limit`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** The folder in the setting, or the system's folder for application data. */
export function dataDirOf(config: Pick<Config, 'BULK_DATA_DIR'>): string {
  return resolve(config.BULK_DATA_DIR ?? envPaths('billy-bulk-mcp', { suffix: '' }).data);
}

/** The absolute path of the token's file; null if none is set. */
export function tokenFileOf(config: Pick<Config, 'BILLY_ACCESS_TOKEN_FILE'>): string | null {
  const { BILLY_ACCESS_TOKEN_FILE: file } = config;
  return file === undefined ? null : resolve(file);
}

/** The server's own paths, which no call may read or write: the data folder, and the files of secrets. */
export function ownPathsOf(config: Config): string[] {
  const files = [
    config.BILLY_ACCESS_TOKEN_FILE,
    config.BULK_SECRET_KEY_FILE,
    config.BULK_API_KEY_FILE,
  ];
  return [dataDirOf(config), ...files.flatMap((file) => (file === undefined ? [] : resolve(file)))];
}

/** The job database in a data folder. */
export function databaseOf(dataDir: string): string {
  return join(dataDir, 'jobs.sqlite');
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The sources of settings: flags by their kebab-case names, and the environment. */
export interface SettingSources {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SettingText {
  readonly setting: Setting;
  /** The given text, or the default; null if absent. */
  readonly text: string | null;
  readonly origin: 'flag' | 'environment' | 'default';
}

/** Each setting's text from flags over environment over defaults; an empty text counts as absent. */
export function settingTexts({ flags, env }: SettingSources): SettingText[] {
  return SETTINGS.map((setting) => {
    const [flag, variable] = [flags[flagOf(setting.name)], env[setting.name]];
    if (isFilled(flag)) return { setting, text: flag, origin: 'flag' };
    if (isFilled(variable)) return { setting, text: variable, origin: 'environment' };
    return { setting, text: setting.fallback, origin: 'default' };
  });
}

/** The names of secrets that were given as flags, which every user of the machine can read. */
export function secretFlags(sources: SettingSources): string[] {
  return settingTexts(sources)
    .filter(({ setting, origin }) => setting.isSecret && origin === 'flag')
    .map(({ setting }) => setting.name);
}

/** A secret stands in a setting or in a file, never in both. */
const SECRETS: readonly (readonly SettingName[])[] = [
  ['BILLY_ACCESS_TOKEN', 'BILLY_ACCESS_TOKEN_FILE'],
  ['BULK_SECRET_KEY', 'BULK_SECRET_KEY_FILE'],
  ['BULK_API_KEY', 'BULK_API_KEY_FILE'],
];

function isGiven(name: SettingName): (each: SettingText) => boolean {
  return ({ setting, text }) => setting.name === name && text !== null;
}

/** Returns the settings. Throws `CONFIG_INVALID` naming each invalid setting, without showing a secret. */
export function resolveConfig(sources: SettingSources): Config {
  const problems: string[] = [];
  const texts = settingTexts(sources);
  for (const names of SECRETS) {
    const isTwice = names.every((name) => texts.some(isGiven(name)));
    if (isTwice) problems.push(`${names.join(' and ')}: set only one of the two`);
  }
  const values = texts.map(({ setting: { name, schema }, text }) => {
    const parsed = schema.safeParse(text ?? undefined);
    if (!parsed.success) problems.push(`${name}: ${parsed.error.issues[0]?.message ?? 'invalid'}`);
    return [name, parsed.data] as const;
  });
  if (problems.length > 0) {
    throw new ConfigError({
      code: 'CONFIG_INVALID',
      message: `Invalid settings: ${problems.join('; ')}.`,
      hint: 'The README lists each setting with its form and default.',
    });
  }
  // Each value comes from its own field's schema, so the whole has the shape of Config.
  return Object.fromEntries(values) as Config;
}
