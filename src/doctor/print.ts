/** Formats the doctor's output: the resolved settings, and one or two lines per check. */
import { existsSync } from 'node:fs';
import {
  dataDirOf,
  settingTexts,
  tokenFileOf,
  type Config,
  type SettingSources,
  type SettingText,
} from '../config.js';
import { LIMITS } from '../core/limits.js';
import { clip } from '../core/text.js';
import { listFolders } from '../files/disk/allowed-paths.js';
import type { Check } from './check.js';

export interface ShownSetting {
  readonly name: string;
  /** null if absent. */
  readonly value: string | null;
  readonly origin: SettingText['origin'];
}

/** The base address without a user or password, which are not sent either. */
export function shownAddress(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname}`;
}

/** A path without a file is not shown: it may be the token itself, put into the wrong setting. */
function shownTokenFile(config: Config): Record<string, string> {
  const path = tokenFileOf(config);
  if (path === null) return {};
  return { BILLY_ACCESS_TOKEN_FILE: existsSync(path) ? path : 'set, but there is no such file' };
}

/** Each setting with its resolved value; a secret only as set or not set. */
export function shownSettings(
  sources: SettingSources,
  config: Config,
  cwd: string,
): ShownSetting[] {
  const resolved: Readonly<Record<string, string>> = {
    BILLY_API_BASE_URL: shownAddress(config.BILLY_API_BASE_URL),
    ...shownTokenFile(config),
    BULK_DATA_DIR: dataDirOf(config),
    BULK_ALLOWED_DIRS: listFolders(config.BULK_ALLOWED_DIRS, cwd).join(', '),
  };
  return settingTexts(sources).map(({ setting: { name, isSecret }, text, origin }) => {
    const value = resolved[name] ?? text;
    return { name, origin, value: isSecret ? (text === null ? 'not set' : 'set') : value };
  });
}

/** Settings in two columns. */
export function settingLines(settings: readonly ShownSetting[]): string[] {
  const width = Math.max(0, ...settings.map(({ name }) => name.length));
  return settings.map(({ name, value, origin }) => {
    const shown = value === null || value === '' ? '-' : clip(value, LIMITS.fieldCharsMax);
    const from = origin === 'default' ? '' : ` (${origin})`;
    return `${name.padEnd(width)}  ${shown}${from}`;
  });
}

const STATUS_WIDTH = 'warning'.length;

export function checkLines({ name, status, message, detail, code, hint }: Check): string[] {
  const place = name.replaceAll('-', ' ');
  const ending = [detail ?? '', code === null ? '' : `[${code}]`].filter((part) => part !== '');
  const line = [`${status.padEnd(STATUS_WIDTH)}  ${place}: ${message}`, ...ending].join(' ');
  return hint === null ? [line] : [line, `${' '.repeat(STATUS_WIDTH + 2)}${hint}`];
}

/** The last line of the output. */
export function verdictLine(checks: readonly Check[]): string {
  const failures = checks.filter(({ status }) => status === 'failed').length;
  if (failures === 0) return 'Everything that jobs need is fine.';
  return failures === 1 ? 'One check failed.' : `${String(failures)} checks failed.`;
}
