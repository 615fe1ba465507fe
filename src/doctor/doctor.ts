/** Runs `doctor`: checks everything that a job needs, in order, and reports the results. Starts no job. */
import { createTransport } from '../billy/http/transport.js';
import type { BillyClient, Organization } from '../billy/types.js';
import {
  resolveConfig,
  secretFlags,
  settingTexts,
  type Config,
  type SettingSources,
} from '../config.js';
import { isoTime, type Clock } from '../core/clock.js';
import { LIMITS } from '../core/limits.js';
import { createLog, type Log } from '../core/log.js';
import { cleanLine, cleanValue, type Redact } from '../core/outgoing.js';
import { keepSecrets } from '../core/secrets.js';
import { clip } from '../core/text.js';
import type { JobStore } from '../store/job-store.js';
import type { Capabilities } from '../model/capabilities.js';
import { createClient } from '../wiring/billy-client.js';
import { checkAccount, checkClock, checkOrganization } from './check-account.js';
import { attempt, fine, warning, type Check, type Tell } from './check.js';
import { watchDates } from './clock-skew.js';
import { recommendationFor, rememberedCheck, type Recommendation } from './findings.js';
import { checkFolders, checkStorage } from './check-machine.js';
import { probeWithConsent, type ProbeOrder } from './probe-order.js';
import {
  checkLines,
  settingLines,
  shownSettings,
  verdictLine,
  type ShownSetting,
} from './print.js';
import { readToken, tokenHashOf } from '../wiring/access-token.js';

export interface DoctorOptions {
  readonly sources: SettingSources;
  readonly cwd: string;
  readonly clock: Clock;
  /** The user, for the journal. */
  readonly actor: string;
  /** null if nothing may be written to Billy. */
  readonly probe: ProbeOrder | null;
  /** Prints a line for people. */
  readonly print: (line: string) => void;
}

/** The facts that the checks find. */
interface Findings {
  settings: readonly ShownSetting[];
  organization: Organization | null;
  capabilities: Capabilities | null;
}

interface Session extends DoctorOptions {
  readonly log: Log;
  readonly checks: Check[];
  readonly tell: Tell;
  readonly findings: Findings;
}

/** An open store and a client on it. */
interface Opened {
  readonly config: Config;
  readonly store: JobStore | null;
  readonly billy: BillyClient;
  readonly skewMs: () => number | null;
}

/** Never rejects; `json` is the whole report in one object, without a secret. */
export async function runDoctor(
  options: DoctorOptions,
): Promise<{ readonly isWell: boolean; readonly json: string }> {
  // The output quotes foreign text, which may hold the token.
  const { hush } = keepSecrets([secretOf(options.sources) ?? '']);
  const session = openSession(options, hush);
  await attempt('doctor', () => examine(session), session);
  const { checks, findings } = session;
  session.print(verdictLine(checks));
  const isWell = !hasFailed(checks);
  const report = { ok: isWell, ...shownFindings(findings), checks };
  const json = JSON.stringify(cleanValue(report, { redact: hush, charsMax: LIMITS.lineCharsMax }));
  return { isWell, json };
}

function secretOf(sources: SettingSources): string | null {
  const given = settingTexts(sources).find(({ setting }) => setting.isSecret)?.text ?? null;
  if (given !== null) return given;
  try {
    return readToken(resolveConfig(sources)).config.BILLY_ACCESS_TOKEN ?? null;
  } catch {
    // The checks report it.
    return null;
  }
}

function openSession(options: DoctorOptions, redact: Redact): Session {
  const checks: Check[] = [];
  const print = (line: string): void => {
    options.print(cleanLine(line, redact));
  };
  const tell = (check: Check): void => {
    checks.push(check);
    for (const line of checkLines(check)) print(line);
  };
  const secrets = [secretOf(options.sources) ?? ''];
  const log = createLog({ level: 'warn', secrets });
  const findings: Findings = { settings: [], organization: null, capabilities: null };
  return { ...options, print, log, checks, tell, findings };
}

function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ status }) => status === 'failed');
}

async function examine(session: Session): Promise<void> {
  const { sources, cwd, findings, print, tell } = session;
  const settings = await attempt('settings', () => resolveConfig(sources), session);
  if (settings === null) return;
  findings.settings = shownSettings(sources, settings, cwd);
  for (const line of settingLines(findings.settings)) print(line);
  tell(fine({ name: 'settings', message: 'The settings are valid.' }));
  const config = await checkToken(settings, session);
  const store = await checkStorage(settings, session);
  await checkFolders(settings, cwd, tell);
  if (config === null) {
    await attempt('database', () => store?.close(), session);
    return;
  }
  const opened = open(config, store, session);
  try {
    await examineAccount(opened, session);
  } finally {
    await attempt('billy', () => opened.billy.close(), session);
    await attempt('database', () => store?.close(), session);
  }
}

/** The settings with the token from its file; null, with a failed check, if the file holds none. */
async function checkToken(settings: Config, session: Session): Promise<Config | null> {
  const { sources, tell } = session;
  if (secretFlags(sources).length > 0) {
    const message = 'The access token is on the command line, where every user can read it.';
    const hint = 'Set BILLY_ACCESS_TOKEN in the environment, or BILLY_ACCESS_TOKEN_FILE.';
    tell(warning({ name: 'token-flag', message, hint }));
  }
  const read = await attempt('token-file', () => readToken(settings), session);
  if (read?.isExposed === true) {
    const message = 'Other users may read or change the file of the access token.';
    const hint = 'Make it readable only by its owner (chmod 600).';
    tell(warning({ name: 'token-file', message, hint }));
  }
  return read?.config ?? null;
}

function open(config: Config, store: JobStore | null, { clock, log }: Session): Opened {
  const transport = createTransport({
    baseUrl: config.BILLY_API_BASE_URL,
    token: config.BILLY_ACCESS_TOKEN ?? '',
    maxConcurrent: config.BILLY_MAX_CONCURRENT,
    timeoutMs: config.BILLY_TIMEOUT_MS,
    clock,
  });
  const watch = watchDates(transport, clock);
  const billy = createClient(config, { store, clock, log, transport: watch.transport });
  return { config, store, billy, skewMs: () => watch.skewMs() };
}

async function examineAccount(opened: Opened, session: Session): Promise<void> {
  const { config, store, billy, skewMs } = opened;
  const { tell, findings } = session;
  const organization = await checkAccount(config, { ...session, billy });
  checkClock(skewMs(), tell);
  if (organization === null) return;
  findings.organization = organization;
  checkOrganization(organization, config, tell);
  if (store === null) return;
  const { id: organizationId } = organization;
  const known = await attempt(
    'database',
    async () => {
      const tokenHash = tokenHashOf(config);
      if (tokenHash !== null) await store.rememberOrganization({ tokenHash, organization });
      return { capabilities: await store.findCapabilities({ organizationId }) };
    },
    session,
  );
  if (known === null) return;
  findings.capabilities = known.capabilities;
  if (session.probe === null) tell(rememberedCheck(known.capabilities, config.BILLY_BULK_SAVE));
  else await probe(session.probe, { opened, store, organization }, session);
}

async function probe(
  order: ProbeOrder,
  on: { opened: Opened; store: JobStore; organization: Organization },
  session: Session,
): Promise<void> {
  const { clock, log, actor, tell, print, checks, findings } = session;
  const { opened, ...place } = on;
  const { billy, config } = opened;
  const parts = { ...place, billy, config, clock, log, actor, tell, say: print };
  const isAllowed = !hasFailed(checks);
  findings.capabilities =
    (await probeWithConsent(order, isAllowed, parts)) ?? findings.capabilities;
}

interface ShownFindings {
  readonly settings: readonly ShownSetting[];
  readonly organization: Readonly<Record<string, string | boolean | null>> | null;
  readonly capabilities: Readonly<Record<string, string | boolean | null>> | null;
  readonly recommendation: Recommendation | null;
}

function shownFindings({ settings, organization, capabilities }: Findings): ShownFindings {
  return {
    settings,
    organization: organization === null ? null : shownOrganization(organization),
    capabilities: capabilities === null ? null : shownCapabilities(capabilities),
    recommendation: capabilities === null ? null : recommendationFor(capabilities),
  };
}

function shownOrganization(organization: Organization): ShownFindings['organization'] {
  const { id, name, registrationNo, isLocked } = organization;
  const no = registrationNo === null ? null : clip(registrationNo, LIMITS.fieldCharsMax);
  return { id, name: clip(name, LIMITS.fieldCharsMax), registrationNo: no, isLocked };
}

function shownCapabilities(found: Capabilities): ShownFindings['capabilities'] {
  const { probedAtMs, ...rest } = found;
  return { ...rest, probedAt: isoTime(probedAtMs) };
}
