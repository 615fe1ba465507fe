// The commands `keys`: what they print, for people and for programs, and what they refuse.
import { describe, expect, it } from 'vitest';
import { added, expectNowhere, openGround, parsed } from './support/command-ground.js';

const LONG_MS = 120_000;

describe('keys', { timeout: LONG_MS }, () => {
  it('are made, listed and revoked, in words for people', async () => {
    const { run, id } = await added();
    const create = ['keys', 'create', '--name', 'Bogholder', '--role', 'operator'];
    const made = await run([...create, '--organization', id]);
    expect(made.code).toBe(0);
    const [, keyId = '', key = ''] =
      /^Key (\w+) for "Bogholder" \(operator\)\. It is shown only now:\n(bbk_[\w-]{32})\n$/.exec(
        made.stdout,
      ) ?? [];
    expect(key).not.toBe('');
    const listed = await run(['keys', 'list']);
    expect(listed.stdout).toBe(
      `${keyId} ${key.slice(0, 10)}... "Bogholder": operator of ${id}, valid, last used never\n`,
    );
    expect((await run(['keys', 'revoke', keyId])).stdout).toBe(`Revoked ${keyId}.\n`);
    expect((await run(['keys', 'list'])).stdout).toContain(', ended, ');
    expect((await run(['keys', 'revoke', keyId])).code).toBe(1);
  });

  it('are told as JSON for programs, and stored nowhere', async () => {
    const { run, home, said, id } = await added();
    const create = ['keys', 'create', '--name', 'CI', '--role', 'admin', '--json'];
    const made = parsed(await run([...create, '--organization', 'all', '--expires-days', '30']));
    expect(Object.keys(made)).toEqual(['id', 'key']);
    const { keys } = parsed(await run(['keys', 'list', '--json'])) as {
      keys: Record<string, string>[];
    };
    expect(keys).toMatchObject([
      { id: made['id'], name: 'CI', role: 'admin', organizations: 'all', isValid: true },
    ]);
    const [{ createdAt = '', expiresAt = '' } = {}] = keys;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(30 * 86_400_000);
    const others = said.filter((text) => !text.includes('"key":"bbk_'));
    expectNowhere(String(made['key']), { home, said: others });
    const both = await run(
      ['keys', 'create', '--name', 'To', '--role', 'viewer', '--json'].concat([
        '--organization',
        `${id},${id}`,
      ]),
    );
    expect(both.code).toBe(0);
  });

  it.each([
    [['--role', 'owner', '--organization', 'all'], '--role'],
    [['--role', 'viewer', '--organization', 'ukendt'], '--organization'],
    [['--role', 'viewer', '--organization', ''], '--organization'],
    [['--role', 'viewer', '--organization', 'all', '--expires-days', '0'], '--expires-days'],
    [['--role', 'viewer', '--organization', 'all', '--expires-days', '1.5'], '--expires-days'],
    [['--role', 'viewer', '--organization', 'all', '--name', ' '], '--name'],
    [['--role', 'viewer', '--organization', 'all', '--name', 'x'.repeat(81)], '--name'],
  ])('are not made with %j', async (flags, named) => {
    const { run } = await openGround();
    const { code, stdout, stderr } = await run(['keys', 'create', '--name', 'N', ...flags]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(named);
    expect((await run(['keys', 'list'])).stdout).toBe('No key.\n');
  });
});
