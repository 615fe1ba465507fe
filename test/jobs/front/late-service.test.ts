// A service that is opened later: calls wait for it, and fail as its opening fails.
import { expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.js';
import { lateService } from '../../../src/jobs/front/late-service.js';
import { calmWorld } from '../../support/engine-world.js';

it('answers a call that came before it was open, as the service itself does', async () => {
  const { service } = await calmWorld({ isHeld: true });
  let open: () => void = () => undefined;
  const opening = new Promise<typeof service>((resolve) => {
    open = () => {
      resolve(service);
    };
  });
  const late = lateService(() => opening);
  const calls = [late.template('customer'), late.list({ limit: 1 })] as const;
  open();
  expect(await calls[0]).toEqual(await service.template('customer'));
  expect(await calls[1]).toEqual(await service.list({ limit: 1 }));
});

it('rejects with the refusals of the service, and with why it could not be opened', async () => {
  const { service } = await calmWorld({ isHeld: true });
  const late = lateService(() => Promise.resolve(service));
  await expect(late.job('none')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  const failure = new StoreError({ code: 'STORE_FAILED', message: 'The file is damaged.' });
  const failed = lateService(() => Promise.reject(failure));
  await expect(failed.job('none')).rejects.toBe(failure);
});

it('is no promise, so that an async function can return it without opening it', async () => {
  let opened = 0;
  const give = async (): Promise<unknown> => {
    await Promise.resolve();
    return lateService(() => {
      opened += 1;
      return Promise.reject(new Error('opened'));
    });
  };
  await give();
  expect(opened).toBe(0);
});
