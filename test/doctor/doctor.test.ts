/** The whole examination: what it says, what it leaves alone, and what it never shows. */
import { chmod, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/core/clock.js';
import { runDoctor, type DoctorOptions } from '../../src/doctor/doctor.js';
import { openPractice, type Practice, type PracticeOptions } from './support/practice.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { tempRoot } from '../tools/support/workbench.js';

interface Report {
  readonly ok: boolean;
  readonly settings: readonly { name: string; value: string | null }[];
  readonly organization: Readonly<Record<string, unknown>> | null;
  readonly capabilities: Readonly<Record<string, unknown>> | null;
  readonly recommendation: Readonly<Record<string, unknown>> | null;
  readonly checks: readonly { name: string; status: string; code: string | null }[];
}

async function clinic(options: PracticeOptions = {}) {
  const practice = await openPractice(options);
  const root = await tempRoot();
  const examine = async (env: Record<string, string> = {}, more: Partial<DoctorOptions> = {}) => {
    const lines: string[] = [];
    const given = {
      BILLY_API_BASE_URL: practice.sandbox.url,
      BILLY_ACCESS_TOKEN: practice.sandbox.token,
      BILLY_RATE_LIMIT: 'unlimited',
      BULK_DATA_DIR: path.join(root, 'data'),
      ...env,
    };
    const { isWell, json } = await runDoctor({
      sources: { flags: {}, env: given },
      cwd: root,
      clock: practice.parts.clock,
      actor: 'tester via doctor',
      probe: null,
      print: (line) => lines.push(line),
      ...more,
    });
    const text = lines.join('\n');
    for (const shown of [text, json]) expect(shown).not.toContain(practice.sandbox.token);
    return { isWell, text, report: JSON.parse(json) as Report };
  };
  return { ...practice, root, examine };
}

function methodsAt({ sandbox }: Practice): string[] {
  return Object.keys(sandbox.control.counters().byMethod);
}

const statuses = ({ checks }: Report): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, status }) => [name, status]));

const consent = (signal = new AbortController().signal) => ({
  confirm: () => Promise.resolve(true),
  signal,
});

describe('an examination', () => {
  it('of what is well says so, and writes nothing to Billy', async () => {
    const place = await clinic();
    const { isWell, text, report } = await place.examine();
    expect(isWell).toBe(true);
    expect(statuses(report)).toEqual({
      settings: 'ok',
      'data-folder': 'ok',
      database: 'ok',
      'allowed-folders': 'ok',
      billy: 'ok',
      token: 'ok',
      clock: 'ok',
      organization: 'ok',
      capabilities: 'ok',
    });
    expect(report).toMatchObject({ ok: true, capabilities: null, recommendation: null });
    expect(report.organization).toMatchObject({ id: place.parts.organizationId, isLocked: false });
    expect(text).toMatch(/^BILLY_ACCESS_TOKEN +set \(environment\)$/m);
    expect(text).toMatch(/^ok +token: /m);
    expect(text.split('\n').at(-1)).toBe('Everything that jobs need is fine.');
    expect(methodsAt(place)).toEqual(['GET']);
  });

  it('leaves a database that knows the organization, and no job', async () => {
    const { examine, root, parts, sandbox } = await clinic();
    await examine();
    const store = await openSqliteStore({ path: path.join(root, 'data', 'jobs.sqlite') });
    const { organizationId } = parts;
    const { jobs } = await store.listJobs({ organizationIds: [organizationId], limit: 5 });
    expect(jobs).toEqual([]);
    await store.close();
    expect(await readdir(path.join(root, 'data'))).toEqual(['jobs.sqlite']);
    expect(sandbox.control.counters().requests).toBe(2);
  });

  it('names settings that make no sense, and shows none then', async () => {
    const { examine } = await clinic();
    const { isWell, text, report } = await examine({ BILLY_RATE_LIMIT: 'fast' });
    expect(isWell).toBe(false);
    expect(report.settings).toEqual([]);
    expect(report.checks).toMatchObject([{ name: 'settings', code: 'CONFIG_INVALID' }]);
    expect(text).toContain('BILLY_RATE_LIMIT: expected');
    expect(text).toContain('One check failed.');
  });

  it('goes on where it can', async () => {
    const { examine, root } = await clinic();
    await writeFile(path.join(root, 'taken'), '');
    const { isWell, report } = await examine({ BULK_DATA_DIR: path.join(root, 'taken', 'x') });
    expect(isWell).toBe(false);
    expect(statuses(report)).toMatchObject({ 'data-folder': 'failed', organization: 'ok' });
    expect(report.checks.some(({ name }) => name === 'capabilities')).toBe(false);
  });

  it.each<{
    name: string;
    code: string;
    prepare?: (place: Practice) => void;
    env?: Record<string, string>;
  }>([
    { name: 'token', code: 'BILLY_AUTH', prepare: ({ sandbox }) => sandbox.control.revokeToken() },
    { name: 'token', code: 'CONFIG_MISSING_TOKEN', env: { BILLY_ACCESS_TOKEN: '' } },
    {
      name: 'billy',
      code: 'BILLY_UNREACHABLE',
      prepare: ({ sandbox }) => sandbox.control.setDown(true),
    },
    {
      name: 'organization',
      code: 'ORGANIZATION_LOCKED',
      prepare: ({ sandbox }) => sandbox.control.lock(true),
    },
    {
      name: 'organization-id',
      code: 'ORGANIZATION_MISMATCH',
      env: { BILLY_ORGANIZATION_ID: 'x' },
    },
  ])('fails for the $name: $code', async ({ name, code, prepare, env }) => {
    const place = await clinic({ haste: 100 });
    prepare?.(place);
    for (const probe of [null, consent()]) {
      const { isWell, report, text } = await place.examine(env, { probe });
      expect(isWell).toBe(false);
      const found = report.checks.filter((check) => check.status === 'failed');
      expect(found[0]).toMatchObject({ name, code });
      expect(text).toContain(`[${code}]`);
    }
    expect(methodsAt(place)).toEqual(['GET']);
  });

  it('tells a clock that is wrong', async () => {
    const { examine } = await clinic();
    const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + 3_600_000 };
    const { isWell, text, report } = await examine({}, { clock });
    expect(isWell).toBe(true);
    expect(statuses(report)).toMatchObject({ clock: 'warning' });
    expect(text).toMatch(/60 minutes ahead of/);
  });

  it('shows no secret that others repeat', async () => {
    const { examine, sandbox } = await clinic({ sandbox: { token: 'Sandkassens' } });
    expect(sandbox.token).toBe('Sandkassens');
    const { report, text } = await examine();
    expect(report.organization?.['name']).toBe('[secret] Eksempelfirma ApS');
    expect(text).toContain('"[secret] Eksempelfirma ApS"');
  });
});

describe('the token', () => {
  const inFile = (file: string) => ({ BILLY_ACCESS_TOKEN: '', BILLY_ACCESS_TOKEN_FILE: file });

  it('is taken from its file, told of where others may read it, and shown nowhere', async () => {
    const { examine, root, sandbox } = await clinic();
    const file = path.join(root, 'token');
    await writeFile(file, sandbox.token, { mode: 0o600 });
    const { isWell, text, report } = await examine(inFile(file));
    expect(isWell).toBe(true);
    expect(statuses(report)).toMatchObject({ token: 'ok' });
    expect(text).not.toContain(sandbox.token);
    await chmod(file, 0o644);
    expect(statuses((await examine(inFile(file))).report)).toMatchObject({
      'token-file': 'warning',
      token: 'ok',
    });
  });

  it('is told of where its file is none, and the rest is looked at', async () => {
    const { examine, root } = await clinic();
    const { isWell, report } = await examine(inFile(path.join(root, 'none')));
    expect(isWell).toBe(false);
    expect(statuses(report)).toMatchObject({ 'token-file': 'failed', database: 'ok' });
    expect(report.checks.filter(({ status }) => status === 'failed')).toMatchObject([
      { code: 'CONFIG_INVALID' },
    ]);
  });

  it('is warned of where it stands on the command line', async () => {
    const { examine, sandbox, root } = await clinic();
    const flags = { 'billy-access-token': sandbox.token };
    const env = {
      BILLY_API_BASE_URL: sandbox.url,
      BILLY_RATE_LIMIT: 'unlimited',
      BULK_DATA_DIR: path.join(root, 'data'),
    };
    const { isWell, text, report } = await examine({}, { sources: { flags, env } });
    expect(isWell).toBe(true);
    expect(statuses(report)).toMatchObject({ 'token-flag': 'warning' });
    expect(text).not.toContain(sandbox.token);
  });
});

describe('with a probe', () => {
  it('remembers what it found, and later shows it', async () => {
    const { examine, names } = await clinic({ unknowns: { bulkErrors: 'omit' } });
    const before = names();
    const first = await examine({}, { probe: consent() });
    expect(first.isWell).toBe(true);
    expect(first.text).toContain('Saving two contacts in one request.');
    expect(first.report.recommendation).toMatchObject({ setting: 'BILLY_BULK_SAVE', value: 'on' });
    expect(names()).toEqual(before);
    const later = await examine();
    const expected = { bulkSave: 'works', errorsByClientId: false, bulkDelete: 'works' };
    expect(later.report.capabilities).toMatchObject(expected);
    expect(later.report.capabilities).toEqual(first.report.capabilities);
    expect(later.text).toMatch(/As probed on \d{4}-\d\d-\d\d: Bulk save works/);
  });

  it('that was interrupted fails, and shows what was known before', async () => {
    const { examine, names, stop } = await clinic();
    await examine({}, { probe: consent() });
    const before = names();
    stop.abort();
    const { isWell, report } = await examine({}, { probe: consent(stop.signal) });
    expect(isWell).toBe(false);
    expect(report.capabilities).toMatchObject({ bulkSave: 'works' });
    expect(names()).toEqual(before);
  });
});
