// Whose account it is: asked at a start, remembered for everything else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { calmWorld, type World } from '../support/engine-world.js';

async function known(world: World) {
  const organization = await world.account.current(undefined);
  return { ...organization };
}

describe('current', () => {
  it('is what Billy says, and is remembered', async () => {
    const world = await calmWorld({ isHeld: true });
    expect(await world.account.knownId()).toBeNull();
    const organization = await known(world);
    expect(organization.isLocked).toBe(false);
    expect(organization.id).toBe(world.held('organizations')[0]?.id);
    expect(await world.account.knownId()).toBe(organization.id);
  });

  it('tells that the organization is locked', async () => {
    const world = await calmWorld({ isHeld: true });
    world.sandbox.control.lock(true);
    expect(await known(world)).toMatchObject({ isLocked: true });
  });

  it('may be named, or expected by the settings, and must be that one', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await known(world);
    expect(await world.account.current(id)).toMatchObject({ id });
    await expect(world.account.current('another')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
    await expect(world.account.remembered('another')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('of a token other than the settings expect is refused, remembered or not', async () => {
    const world = await calmWorld({ isHeld: true, expectedOrganizationId: 'another' });
    await expect(world.account.current(undefined)).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
    await expect(world.account.remembered(undefined)).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('does not keep a person waiting for a Billy that is away', async () => {
    const world = await calmWorld({ isHeld: true });
    await known(world);
    world.sandbox.control.setDown(true, '503');
    const startedMs = systemClock.monotonicMs();
    await expect(world.account.current(undefined)).rejects.toMatchObject({ code: 'BILLY_SERVER' });
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(2000);
  });
});

describe('while Billy only asks for fewer requests', () => {
  const busy = { seed: 1, rates: { '429': 1 }, lateMs: 0 };

  it('what it said before holds', async () => {
    const world = await calmWorld({ isHeld: true });
    const organization = await known(world);
    world.sandbox.control.setFaults(busy);
    expect(await world.account.current(undefined)).toMatchObject({
      id: organization.id,
      name: organization.name,
      isLocked: false,
    });
    await expect(world.account.current('another')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('and it has said nothing before, it must be asked again later', async () => {
    const world = await calmWorld({ isHeld: true });
    world.sandbox.control.setFaults(busy);
    await expect(world.account.current(undefined)).rejects.toMatchObject({
      code: 'BILLY_RATE_LIMIT',
    });
  });
});

describe('remembered', () => {
  it('works offline', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await known(world);
    world.sandbox.control.setDown(true);
    const from = world.requests().length;
    expect(await world.account.remembered(undefined)).toMatchObject({ id });
    expect(world.requests(from)).toEqual([]);
  });

  it('asks Billy the first time', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.account.remembered(undefined);
    expect(world.requests()).toHaveLength(1);
    expect(await world.account.knownId()).toBe(id);
  });

  it('asks Billy once for all calls that wait, and again after a failure', async () => {
    const world = await calmWorld({ isHeld: true });
    const ask = () => world.account.remembered(undefined);
    world.sandbox.control.setDown(true, '503');
    await Promise.allSettled(Array.from({ length: 20 }, ask));
    const tries = world.requests().length;
    expect(tries).toBeLessThan(20);
    world.sandbox.control.setDown(false);
    const ids = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    expect(world.requests().length - tries).toBe(1);
  });

  it('of another token is another matter', async () => {
    const world = await calmWorld({ isHeld: true });
    await known(world);
    await world.restart({ token: 'another token' });
    expect(await world.account.knownId()).toBeNull();
    await expect(world.account.remembered(undefined)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });
});

describe('without a token', () => {
  it('everything that needs Billy says what to do, and asks nobody', async () => {
    const world = await calmWorld({ isHeld: true, token: null });
    const code = 'CONFIG_MISSING_TOKEN';
    await expect(world.account.current(undefined)).rejects.toMatchObject({ code });
    await expect(world.account.remembered(undefined)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining('BILLY_ACCESS_TOKEN') as string,
    });
    expect(await world.account.knownId()).toBeNull();
    expect(world.requests()).toEqual([]);
  });
});

describe('the token', () => {
  it('is in no log line and in no file of the data folder', async () => {
    const world = await calmWorld({ isStoreOnFile: true });
    await world.imported('name\nA\n');
    const { token } = world.sandbox;
    expect(world.logLines.length).toBeGreaterThan(0);
    expect(world.logLines.join('')).not.toContain(token);
    const files = readdirSync(world.dataDir, { recursive: true, withFileTypes: true });
    const contents = files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
    expect(contents.length).toBeGreaterThan(1);
    expect(contents.some((content) => content.includes(token))).toBe(false);
  });
});
