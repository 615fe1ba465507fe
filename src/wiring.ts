/** What settings stand for, whichever root composes it: the data folder, the token, its fingerprint, the client. */
import { chmodSync, mkdirSync } from 'node:fs';
import { createBillyClient } from './billy/client.js';
import { paceOf } from './billy/governor.js';
import type { SharedSends } from './billy/send-log.js';
import type { Transport } from './billy/transport.js';
import type { BillyClient } from './billy/types.js';
import { dataDirOf, tokenFileOf, type Config } from './config.js';
import type { Clock } from './core/clock.js';
import { sha256 } from './core/hash.js';
import type { Log } from './core/log.js';
import { readSecretFile } from './core/secret-file.js';
import { checkFolderOwner } from './store/folder-owner.js';
import type { JobStore } from './store/job-store.js';
import { folderFailure } from './store/store-failure.js';

/** Makes the data folder, for its owner alone; throws `STORE_FAILED` where it cannot be. */
export function openDataDir(config: Pick<Config, 'BULK_DATA_DIR'>): string {
  const dataDir = dataDirOf(config);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    checkFolderOwner(dataDir);
    chmodSync(dataDir, 0o700);
    return dataDir;
  } catch (error) {
    throw folderFailure(error, dataDir);
  }
}

export interface TokenRead {
  /** With the token in it, wherever that came from. */
  readonly config: Config;
  /** Others may read or change the file of the token. */
  readonly isExposed: boolean;
}

/** Reads the token's file where one is set; throws `CONFIG_INVALID` where it holds no token. */
export function readToken(config: Config): TokenRead {
  const path = tokenFileOf(config);
  if (path === null) return { config, isExposed: false };
  const { secret, isExposed } = readSecretFile(path, 'BILLY_ACCESS_TOKEN_FILE');
  return { config: { ...config, BILLY_ACCESS_TOKEN: secret }, isExposed };
}

/** The fingerprint under which a token's organization and sends are kept; the token itself is nowhere. */
export function tokenHashOf(config: Config): string | null {
  const { BILLY_ACCESS_TOKEN: token, BILLY_API_BASE_URL: baseUrl } = config;
  return token === undefined ? null : sha256(`${baseUrl} ${token}`);
}

/** The token's sends, counted by all processes on this database. */
function sharedSendsOf(config: Config, store: JobStore | null): SharedSends | null {
  const scope = tokenHashOf(config);
  if (scope === null || store === null) return null;
  return {
    take: (ask) => store.takeSend({ ...ask, scope }),
    move: (left) => store.moveSend(left),
    pause: (pause) => store.pauseSends({ ...pause, scope }),
    refuse: (refused) => store.refuseSend(refused),
    read: (span) => store.readSends({ ...span, scope }),
    keep: (next) => store.keepPace({ ...next, scope }),
  };
}

/** Requests a second that 429s have taught for the token, by whichever process; null: nothing. */
export async function learnedPerSecond(config: Config, store: JobStore): Promise<number | null> {
  const scope = tokenHashOf(config);
  // Without a limit of ours there is nothing that could be kept below it.
  if (scope === null || config.BILLY_RATE_LIMIT === null) return null;
  const { kept } = await store.readSends({ scope, sinceMs: 0, untilMs: 0 });
  return paceOf(kept.pace)?.perSecond ?? null;
}

export interface ClientParts {
  /** null: there is none to share the rate limit through. */
  readonly store: JobStore | null;
  readonly clock: Clock;
  readonly log: Log;
  /** Carries the exchanges instead of HTTP. */
  readonly transport?: Transport;
}

export function createClient(config: Config, { store, ...parts }: ClientParts): BillyClient {
  return createBillyClient({
    ...parts,
    baseUrl: config.BILLY_API_BASE_URL,
    // Without a token every tool that needs Billy has answered before anything is asked of it.
    token: config.BILLY_ACCESS_TOKEN ?? '',
    rateLimit: config.BILLY_RATE_LIMIT,
    sharedSends: sharedSendsOf(config, store),
    maxConcurrent: config.BILLY_MAX_CONCURRENT,
    timeoutMs: config.BILLY_TIMEOUT_MS,
  });
}
