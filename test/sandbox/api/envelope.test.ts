// What stands around every answer.
import { describe, expect, it } from 'vitest';
import { failure, refusalReply, success } from '../../../src/sandbox/api/envelope.js';
import { noProblems } from '../../../src/sandbox/world/refusal.js';
import { TEXT } from '../../../src/sandbox/world/texts.js';
import { createContact, startDriver, value } from '../support/driver.js';

const OCCASION = { language: null, nowMs: Date.UTC(2024, 1, 3, 4, 5, 6), elapsedMs: () => 41 };

describe('successful answers', () => {
  it('carry status, success and the seconds they took', () => {
    const reply = success({ contact: { id: 'a' } }, OCCASION);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({
      meta: { statusCode: 200, success: true, time: 0.041 },
      contact: { id: 'a' },
    });
  });

  it('name deleted records only where there are some', () => {
    expect(success({}, OCCASION, { deleted: {} }).body).not.toContain('deletedRecords');
    expect(success({}, OCCASION, { deleted: { contacts: ['a'] } }).body).toContain(
      '"deletedRecords":{"contacts":["a"]}',
    );
  });

  it('are 200 for create, update and delete, with plural roots for writes and a singular one for reads', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    const read = await driver.get(`/contacts/${id}`);
    expect(value(read, 'contact.id')).toBe(id);
    expect(value(read, 'contacts')).toBeUndefined();
    const written = await driver.put(`/contacts/${id}`, { contact: { name: 'B' } });
    expect([written.status, value(written, 'contacts.0.name')]).toEqual([200, 'B']);
    expect(value(written, 'contact')).toBeUndefined();
    expect(typeof value(written, 'meta.time')).toBe('number');
    expect((await driver.remove(`/contacts/${id}`)).status).toBe(200);
  });
});

describe('error answers', () => {
  it('carry code, text and help, and a time on some codes only', () => {
    const timed = failure([401, 'AUTHENTICATION_REQUIRED'], TEXT.tokenMissing, OCCASION);
    expect(JSON.parse(timed.body)).toEqual({
      meta: { statusCode: 401, success: false },
      errorCode: 'AUTHENTICATION_REQUIRED',
      errorMessage: TEXT.tokenMissing.en,
      errorTime: '2024-02-03T04:05:06',
      helpUrl: 'https://www.billy.dk/support/',
    });
    const untimed = failure([401, 'OAUTH_INVALID_ACCESS_TOKEN'], TEXT.tokenInvalid, OCCASION);
    expect(untimed.body).not.toContain('errorTime');
  });

  it('show the message of a record only where it has one', () => {
    const [plain, spoken] = [noProblems(), noProblems()];
    plain.attributes['name'] = TEXT.required;
    spoken.message = TEXT.personNeedsNameOrEmail;
    const problems = new Map([
      ['row-1', plain],
      ['row-2', spoken],
    ]);
    const reply = refusalReply(
      { status: 422, code: 'OTHER', text: TEXT.invalid, problems, deleted: null, saved: null },
      OCCASION,
    );
    expect(value({ body: JSON.parse(reply.body) }, 'validationErrors')).toEqual({
      'row-1': { attributes: { name: 'must be set' } },
      'row-2': { message: TEXT.personNeedsNameOrEmail.en },
    });
  });

  it('speak the language that was asked for, with the same code', async () => {
    const driver = await startDriver();
    const ask = (language: string) =>
      driver.call('GET', '/nowhere', { headers: { 'accept-language': language } });
    const [danish, english] = [await ask('da_DK'), await ask('en_US')];
    expect(value(danish, 'errorMessage')).toBe(TEXT.unknownRoute.da);
    expect(value(english, 'errorMessage')).toBe(TEXT.unknownRoute.en);
    expect(value(danish, 'errorCode')).toBe(value(english, 'errorCode'));
  });
});
