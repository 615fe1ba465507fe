// The events of a job's statuses.
import { expect, it } from 'vitest';
import { JOB_STATUSES } from '../../src/model/job.js';
import { isEnded } from '../../src/model/job-status.js';
import { eventOfStatus, isMailed, NOTICE_EVENTS } from '../../src/model/notice.js';

it('every status that ends a job has an event, and a pause has one; no other status', () => {
  const named = JOB_STATUSES.filter((status) => eventOfStatus(status) !== null);
  expect(named).toEqual(JOB_STATUSES.filter((status) => isEnded(status) || status === 'paused'));
  expect(named.map(eventOfStatus).sort()).toEqual([...NOTICE_EVENTS].sort());
});

it('people are mailed of ends only', () => {
  const mailed = JOB_STATUSES.filter((status) => {
    const event = eventOfStatus(status);
    return event !== null && isMailed(event);
  });
  expect(mailed).toEqual(JOB_STATUSES.filter(isEnded));
});
