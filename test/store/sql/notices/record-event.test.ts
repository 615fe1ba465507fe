// An event is written with the status of its job, or the status is not written either.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOTICE_EVENTS } from '../../../../src/model/notice.js';
import { sqlJobs } from '../../../../src/store/sql/jobs.js';
import { sqlRequests } from '../../../../src/store/sql/job-requests.js';
import { sqlWebhooks } from '../../../../src/store/sql/notices/webhooks.js';
import { newJob, NOW_MS, ORGANIZATION_ID } from '../../contract/fixtures.js';
import { openTables } from '../../support/sqlite-files.js';

const SQL = path.resolve(import.meta.dirname, '../../../../src/store/sql');

async function hooked() {
  const tables = await openTables();
  await sqlWebhooks(tables.db).createWebhook({
    ...{ id: 'wh_1', organizationId: ORGANIZATION_ID, url: 'https://example.dk/' },
    ...{ events: NOTICE_EVENTS, sealedSecret: 's', createdAtMs: NOW_MS, createdBy: 'a', max: 9 },
  });
  await sqlJobs(tables.db).createJob(newJob('j1'));
  return tables;
}

describe('the event of a job', () => {
  it('takes the end of the job with it if it cannot be written', async () => {
    const { db, database } = await hooked();
    database.exec('DROP TABLE notice_deliveries');
    const cancelled = sqlRequests(db).requestCancel({ jobId: 'j1', by: 'a', nowMs: NOW_MS });
    await expect(cancelled).rejects.toThrow(/notice_deliveries/);
    expect(await sqlJobs(db).getJob({ jobId: 'j1' })).toMatchObject({ status: 'pending' });
    const events = database.prepare('SELECT count(*) FROM notice_events').pluck().get();
    expect(events).toBe(0);
    await db.destroy();
  });

  it('holds the job without the headers of its file', async () => {
    const { db, database } = await hooked();
    await sqlRequests(db).requestCancel({ jobId: 'j1', by: 'a', nowMs: NOW_MS });
    const job = String(database.prepare('SELECT job FROM notice_events').pluck().get());
    expect(job).toContain('"status":"cancelled"');
    expect(job).not.toContain('navn');
    await db.destroy();
  });

  it('is recorded in every file of SQL that gives jobs a status', () => {
    const files = readdirSync(SQL).filter((name) => name.endsWith('.ts'));
    const writers = files.filter((name) => {
      const text = readFileSync(path.join(SQL, name), 'utf8');
      return /updateTable\('jobs'\)[\s\S]{0,200}?\bstatus\b/.test(text);
    });
    expect(writers).toEqual(expect.arrayContaining(['jobs.ts', 'job-requests.ts']));
    const silent = writers.filter(
      (name) => !readFileSync(path.join(SQL, name), 'utf8').includes('recordEvent('),
    );
    expect(silent).toEqual([]);
  });
});
