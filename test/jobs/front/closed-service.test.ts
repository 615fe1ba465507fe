/** The service while the job database cannot be used. */
import { expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import { closedService } from '../../../src/jobs/front/closed-service.js';
import { JobService } from '../../../src/jobs/service/service.js';
import { calmWorld } from '../../support/engine-world.js';

const failure = new StoreError({ code: 'STORE_FAILED', message: 'The file is damaged.' });

it('offers all that the service does', async () => {
  const { service } = await calmWorld({ isHeld: true });
  const offered = Object.getOwnPropertyNames(JobService.prototype);
  const names = offered.filter((name) => name !== 'constructor').sort();
  expect(Object.keys(closedService(failure, service)).sort()).toEqual(names);
});

it('answers with the failure, but gives templates and takes the note of a call', async () => {
  const { service } = await calmWorld({ isHeld: true });
  const closed = closedService(failure, service);
  await expect(closed.job('a')).rejects.toBe(failure);
  await expect(closed.exportText('a.csv')).rejects.toBe(failure);
  expect(await closed.template('customer')).toEqual(await service.template('customer'));
  const call = { tool: 't', actor: 'a', args: {}, code: null, ms: 1, jobId: null };
  await expect(closed.noteCall(call)).resolves.toBeNull();
});
