// The size of a look at a file, whatever the file holds.
import { describe, expect, it } from 'vitest';
import { tokensOfJson } from '../../../src/core/tokens.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { openWorkbench } from '../../tools/support/workbench.js';

describe('inspectFile', () => {
  it('shows forty headers and cuts cells and rows to the size of an answer', async () => {
    const { call } = await openWorkbench();
    const headers = Array.from({ length: 60 }, (_, index) => `Kolonne ${String(index)}`);
    const row = headers.map(() => 'Æ'.repeat(300)).join(';');
    const csvContent = [headers.join(';'), ...Array.from({ length: 9 }, () => row)].join('\n');
    const look = await call().service.inspect({
      csvContent,
      resource: resourceNamed('customer'),
      options: {},
    });
    expect(look).toMatchObject({ moreHeaders: 20, totalRows: 9 });
    expect(look.headers).toHaveLength(40);
    expect(tokensOfJson(look)).toBeLessThan(2600);
  });

  it('lists the newest files of a full folder within the size of an answer', async () => {
    const { call, put } = await openWorkbench();
    for (let index = 0; index < 40; index += 1) await put(`fil ${String(index)}.csv`, 'x');
    const [folder] = await call().service.inspectFolders();
    expect((folder?.files.length ?? 0) + (folder?.moreFiles ?? 0)).toBe(40);
    expect(folder?.files.length).toBeLessThanOrEqual(30);
    expect(tokensOfJson(folder)).toBeLessThan(2300);
  });
});
