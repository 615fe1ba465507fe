// The commands `organizations`: what they print, for people and for programs, and what they refuse.
import { describe, expect, it } from 'vitest';
import { added, expectNowhere, openGround, parsed } from './support/command-ground.js';

const LONG_MS = 120_000;

describe('organizations', { timeout: LONG_MS }, () => {
  it('are added, listed, checked and removed, in words for people', async () => {
    const { run, sandbox, id } = await openGround();
    expect((await run(['organizations', 'list'])).stdout).toBe('No organization.\n');
    const add = await run(['organizations', 'add'], { stdin: `${sandbox.token}\n` });
    expect(add).toMatchObject({ code: 0 });
    expect(add.stdout).toMatch(/^Added ".+" \((?:CVR ".+"|no CVR number), id .+\)\.\n$/);
    expect(add.stdout).toContain(id);
    const again = await run(['organizations', 'add'], { stdin: sandbox.token });
    expect(again.stdout).toMatch(/^The token was replaced: "/);
    expect((await run(['organizations', 'list'])).stdout).toMatch(/, added \d{4}-\d\d-\d\dT/);
    expect((await run(['organizations', 'check'])).stdout).toMatch(/^ok: "/);
    const asked = await run(['organizations', 'remove', id]);
    expect([asked.code, asked.stdout]).toEqual([1, '']);
    expect(asked.stderr).toContain('--yes');
    const removed = await run(['organizations', 'remove', id, '--yes']);
    expect(removed).toMatchObject({
      code: 0,
      stdout: `Removed ${id}. Its jobs and its journal stay.\n`,
    });
    expect((await run(['organizations', 'list'])).stdout).toBe('No organization.\n');
    expect((await run(['organizations', 'remove', id, '--yes'])).code).toBe(1);
    const journal = await run(['journal', 'export']);
    const kinds = journal.stdout.match(/"kind":"organization\.\w+"/g);
    expect(kinds).toEqual([
      '"kind":"organization.add"',
      '"kind":"organization.add"',
      '"kind":"organization.remove"',
    ]);
    expect((await run(['journal', 'verify'])).code).toBe(0);
  });

  it('are told as JSON for programs', async () => {
    const { run, sandbox, id } = await openGround();
    const add = await run(['organizations', 'add', '--json'], { stdin: sandbox.token });
    expect(parsed(add)).toMatchObject({ id, isNew: true });
    const listed = parsed(await run(['organizations', 'list', '--json']));
    expect(listed).toMatchObject({ organizations: [{ id, name: parsed(add)['name'] }] });
    expect(parsed(await run(['organizations', 'check', '--json']))).toMatchObject({
      organizations: [{ id, isReachable: true, isResealed: false, error: null }],
    });
    expect(parsed(await run(['organizations', 'remove', id, '--yes', '--json']))).toMatchObject({
      id,
    });
    expect(parsed(await run(['organizations', 'list', '--json']))).toEqual({ organizations: [] });
  });

  it.each([
    ['a token that Billy refuses', 'a-wrong-token-0123456789', 'BILLY_AUTH'],
    ['nothing', '', 'INPUT_INVALID'],
    ['two lines', 'one-token-01234\nother-token-01234', 'INPUT_INVALID'],
    ['more than a token', 'x'.repeat(5000), 'INPUT_INVALID'],
  ])('are not added by %s', async (_what, stdin, errorCode) => {
    const { run, home, said } = await openGround();
    const { code, stdout, stderr } = await run(['organizations', 'add'], { stdin });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`"code":"${errorCode}"`);
    expect((await run(['organizations', 'list'])).stdout).toBe('No organization.\n');
    if (stdin.startsWith('a-wrong')) expectNowhere(stdin, { home, said });
  });

  it('are checked one by one: exit code 1 once Billy refuses a token', async () => {
    const { run, sandbox, id } = await added();
    await sandbox.act('revoke-token', {});
    const plain = await run(['organizations', 'check']);
    expect([plain.code, plain.stdout.startsWith('failed: "')]).toEqual([1, true]);
    const checked = await run(['organizations', 'check', '--json']);
    expect(checked.code).toBe(1);
    expect(parsed(checked)).toMatchObject({
      organizations: [{ id, isReachable: false, error: { code: 'BILLY_AUTH' } }],
    });
  });

  it('are those of stdin, whatever token the settings hold', async () => {
    const { run, sandbox, id } = await openGround();
    const env = { BILLY_ACCESS_TOKEN: 'another-token-0123456789' };
    const flags = ['--billy-access-token', 'another-token-0123456789'];
    const add = await run(['organizations', 'add', '--json'], { stdin: sandbox.token, env });
    expect(parsed(add)).toMatchObject({ id, isNew: true });
    expect((await run(['organizations', 'check', ...flags])).code).toBe(0);
    expect((await run(['organizations', 'remove', id, '--yes', ...flags])).code).toBe(0);
    expect((await run(['organizations', 'add', ...flags])).code).toBe(1);
  });
});
