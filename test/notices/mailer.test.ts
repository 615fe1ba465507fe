// E-mail over a real SMTP server: what arrives, what is refused, and the same mail again after a failure.
import { describe, expect, it } from 'vitest';
import { messageIdOf, smtpMailer } from '../../src/notices/mailer.js';
import { openMailbox } from './support/mailbox.js';
import { openNoticeWorld } from './support/notice-world.js';

const from = 'Bulk <bulk@office.dk>';

function mailerTo(url: string) {
  const publicUrl = 'https://bulk.example.dk';
  return smtpMailer({ smtpUrl: url, from, language: 'en', publicUrl });
}

/** Soft line breaks and coded characters of the wire taken away. */
function decoded(text: string): string {
  return text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
}

describe('the end of a job', () => {
  it('is mailed once, with the same Message-ID on each try', async () => {
    let isRefusing = true;
    const mailbox = await openMailbox({
      onRcptTo(_address, _session, done) {
        done(isRefusing ? new Error('try later') : undefined);
      },
    });
    const world = await openNoticeWorld();
    const notifyEmail = 'anna@example.dk';
    await world.endJob('j1', { status: 'failed' }, { notifyEmail });
    const courier = world.courierOf({ mailer: mailerTo(mailbox.url) });
    const round = async (): Promise<void> => {
      await courier.look();
      await courier.idle();
    };
    await round();
    expect(mailbox.mails).toEqual([]);
    expect(world.lines).toMatchObject([
      { event: 'notice.pending', failure: expect.stringContaining('try later') as unknown },
    ]);
    isRefusing = false;
    await world.clock.advance(5000);
    await round();
    await round();
    expect(mailbox.mails).toHaveLength(1);
    expect(mailbox.mails[0]).toMatchObject({ from: 'bulk@office.dk', to: [notifyEmail] });
    const text = decoded(mailbox.mails[0]?.text ?? '');
    expect(text).toContain(`Message-ID: <msg_j1_1@office.dk>`);
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toContain('Date: Thu, 01 Jan 2026 00:00:00 +0000');
    expect(text).toContain('https://bulk.example.dk/api/v1/jobs/j1/report.csv');
  });

  it('waits where no mail server is set any more', async () => {
    const world = await openNoticeWorld();
    await world.endJob('j1', undefined, { notifyEmail: 'anna@example.dk' });
    const courier = world.courierOf();
    await courier.look();
    await courier.idle();
    expect(world.lines).toMatchObject([{ failure: expect.stringMatching(/^SMTP_URL/) as unknown }]);
  });

  it('goes to one recipient, whatever the stored address looks like', async () => {
    const mailbox = await openMailbox();
    const world = await openNoticeWorld();
    const notifyEmail = 'a@example.dk, b@example.dk\r\nBcc: c@example.dk';
    await world.endJob('j1', undefined, { notifyEmail });
    const courier = world.courierOf({ mailer: mailerTo(mailbox.url) });
    await courier.look();
    await courier.idle();
    const reached = mailbox.mails.flatMap(({ to }) => to);
    expect(reached.length).toBeLessThanOrEqual(1);
    for (const { text } of mailbox.mails) expect(text).not.toMatch(/^Bcc/im);
  });
});

it('the Message-ID has the domain of the sender', () => {
  expect(messageIdOf('msg_1', 'a@b.dk')).toBe('<msg_1@b.dk>');
  expect(messageIdOf('msg_1', 'A <a@b.dk>')).toBe('<msg_1@b.dk>');
});
