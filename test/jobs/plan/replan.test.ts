import { describe, expect, it } from 'vitest';
import { stormWorld } from '../support/storm.js';

describe('a row decided again', () => {
  it('takes the place of an earlier one that Billy refused, with its own values', async () => {
    const world = await stormWorld({ unknowns: { uniqueNumbers: 'enforce' } });
    await world.plant('contacts', { name: 'Optaget', contactNo: 'T1', countryId: 'DK' });
    const csv = [
      'contactNo,vatNo,name',
      'T1,13748136,Alfa',
      ',13748136,Beta',
      ',13748136,Gamma',
    ].join('\n');
    const view = await world.imported(csv, { matchBy: ['vatNo'] });
    expect(view.outcomes).toMatchObject({ failed: 1, created: 1, skipped: 1 });
    const names = world.held('contacts').map(({ name }) => name);
    expect([...names].sort()).toEqual(['Beta', 'Optaget']);
  });

  it('waits for every earlier row that its keys mean, not only the first', async () => {
    const world = await stormWorld();
    const csv = [
      'contactNo,name,email',
      'W1,Alfa,alfa@w.example',
      'W1,Alfa,beta@w.example',
      ',ALFA,beta@w.example',
    ].join('\n');
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ created: 1, updated: 2, failed: 0 });
    expect(world.held('contacts')).toMatchObject([{ name: 'ALFA', contactNo: 'W1' }]);
  });
});
