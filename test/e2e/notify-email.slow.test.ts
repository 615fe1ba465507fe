/** A process over stdio mails the end of a job; one that stops while the mail server is silent leaves it to the next. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openMailbox } from '../notices/support/mailbox.js';
import { openFor, openStage, jobAtEnd, startJob } from './stage.js';

const LONG_MS = 60_000;

function mailEnv(url: string) {
  return { SMTP_URL: url, MAIL_FROM: 'bulk@office.dk', MAIL_ALLOWED: 'example.dk' };
}

/** Takes connections and never answers. */
async function openSilence(): Promise<{ readonly url: string; readonly connections: Socket[] }> {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    connections.push(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${String(port)}`, connections };
}

it(
  'a process that ends within five seconds leaves the mail to the next one',
  async () => {
    const silence = await openSilence();
    const { env, connection } = await openStage({ env: mailEnv(silence.url) });
    const options = { notifyEmail: 'anna@example.dk' };
    const jobId = await startJob(connection, { csvContent: 'name\nA\n', options });
    await jobAtEnd(connection, jobId);
    await expect.poll(() => silence.connections.length, { timeout: 10_000 }).toBe(1);
    const startedMs = performance.now();
    await connection.close();
    expect(performance.now() - startedMs).toBeLessThan(6000);
    const mailbox = await openMailbox();
    await openFor({ ...env, ...mailEnv(mailbox.url) });
    await expect.poll(() => mailbox.mails.length, { timeout: 20_000 }).toBe(1);
    const [mail] = mailbox.mails;
    expect(mail?.to).toEqual(['anna@example.dk']);
    expect(mail?.text).toContain(`Message-ID: <msg_${jobId}_1@office.dk>`);
    expect(mail?.text).toContain('Subject: Import of customers: completed (1 successful)');
  },
  LONG_MS,
);
