// Each event is made once, and shown as the status tool shows a job.
import { describe, expect, it } from 'vitest';
import { JobEvents } from '../../../src/server/live/job-events.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

function openEventsOf() {
  const jobs = new MadeUpJobs();
  const clock = new FakeClock();
  const events = new JobEvents({ clock, redact: (text) => text.replaceAll('secret', '***') });
  const textOf = async (jobId: string): Promise<string> =>
    new TextDecoder().decode(await events.of(await jobs.lastChangeOf(jobId)));
  return { jobs, clock, textOf };
}

describe('the event of a job', () => {
  it('has the number, the kind and the whole job in one line each', async () => {
    const { jobs, textOf } = openEventsOf();
    jobs.write('a');
    expect(await textOf('a')).toBe('id: 1\nevent: job\ndata: {"id":"a","totalRows":1}\n\n');
  });

  it('shows no secret', async () => {
    const { jobs, textOf } = openEventsOf();
    jobs.write('my secret');
    expect(await textOf('my secret')).toContain('{"id":"my ***"');
  });

  it('is made once for all that send it, and again after two seconds or a change', async () => {
    const { jobs, clock, textOf } = openEventsOf();
    jobs.write('a');
    await Promise.all(Array.from({ length: 200 }, () => textOf('a')));
    expect(jobs.viewCount).toBe(1);
    await clock.advance(2000);
    await textOf('a');
    expect(jobs.viewCount).toBe(2);
    jobs.write('a');
    expect(await textOf('a')).toContain('id: 2');
    expect(jobs.viewCount).toBe(3);
  });

  it('that cannot be made is made at the next try', async () => {
    const { jobs, textOf } = openEventsOf();
    jobs.write('a');
    const change = await jobs.lastChangeOf('a');
    jobs.failure = new Error('the disk is busy');
    await expect(textOf('a')).rejects.toThrow('busy');
    jobs.failure = null;
    expect(await textOf('a')).toContain(`id: ${String(change.change)}`);
  });

  it('is kept of two hundred jobs at most', async () => {
    const { jobs, textOf } = openEventsOf();
    for (let number = 0; number <= 200; number += 1) {
      jobs.write(`j${String(number)}`);
      await textOf(`j${String(number)}`);
    }
    const before = jobs.viewCount;
    await textOf('j1');
    expect(jobs.viewCount).toBe(before);
    await textOf('j0');
    expect(jobs.viewCount).toBe(before + 1);
  });
});
