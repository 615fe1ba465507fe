// What streams of one reach may show is asked once a second for all of them.
import { describe, expect, it } from 'vitest';
import type { OrganizationsReached } from '../../../src/model/access.js';
import {
  VisibleOrganizations,
  type Looker,
} from '../../../src/server/live/visible-organizations.js';
import { FakeClock } from '../../support/fake-clock.js';

function openLookers() {
  const clock = new FakeClock();
  const visible = new VisibleOrganizations(clock);
  const asked: string[] = [];
  const looker = (name: string, organizations: OrganizationsReached, id?: string): Looker => ({
    caller: { actor: name, organizations, role: 'viewer' },
    service: {
      visibleOrganizations: (organizationId) => {
        asked.push(name);
        if (organizationId === 'foreign') return Promise.reject(new Error('not yours'));
        return Promise.resolve([organizationId ?? `all of ${name}`]);
      },
    },
    organizationId: id,
  });
  return { clock, visible, asked, looker };
}

describe('the organizations that a stream may show', () => {
  it('are asked once a second for callers of one reach', async () => {
    const { clock, visible, asked, looker } = openLookers();
    const [one, same] = [looker('one', ['a', 'b']), looker('same', ['b', 'a'])];
    const both = await Promise.all([visible.of(one), visible.of(same)]);
    expect(both.map((ids) => [...ids])).toEqual([['all of one'], ['all of one']]);
    await clock.advance(1000);
    await visible.of(same);
    expect(asked).toEqual(['one', 'same']);
  });

  it('are those of each reach, and of each organization that is named', async () => {
    const { visible, asked, looker } = openLookers();
    const lookers = [
      looker('everywhere', 'all'),
      looker('narrowed', 'all', 'a'),
      looker('own', ['a']),
      looker('named all', ['all']),
    ];
    for (const one of lookers) await visible.of(one);
    expect(asked).toEqual(['everywhere', 'narrowed', 'own', 'named all']);
  });

  it('are asked again after a refusal', async () => {
    const { visible, asked, looker } = openLookers();
    const refused = looker('stranger', ['a'], 'foreign');
    await expect(visible.of(refused)).rejects.toThrow('not yours');
    await expect(visible.of(refused)).rejects.toThrow('not yours');
    expect(asked).toHaveLength(2);
  });

  it('are kept of two hundred reaches', async () => {
    const { visible, asked, looker } = openLookers();
    for (let round = 0; round < 3; round += 1) {
      for (let number = 0; number < 150; number += 1) {
        await visible.of(looker('many', [`org ${String(number)}`]));
      }
    }
    expect(asked).toHaveLength(150);
  });
});
