// An export of all customers into the world's allowed folder.
import { join } from 'node:path';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { World } from '../../support/engine-world.js';

/** The path of the file. */
export async function exportedTo(world: World, dialect: 'standard' | 'da'): Promise<string> {
  const request = {
    ...{ resource: resourceNamed('customer'), filters: {}, overwrite: false, dialect },
    ...{ actor: 'tester', filePath: join(world.folder, 'export.csv') },
  };
  const { result } = await world.service.export(request, new AbortController().signal);
  if (result === null) throw new Error('the export is not done');
  return result.filePath ?? '';
}
