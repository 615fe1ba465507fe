/** A hundred records a request, four requests at a time, and nothing else: no plan, no store, no check. */
import PQueue from 'p-queue';
import { readContacts, send } from './contact.js';
import { given, tellCost } from './cost.js';

const BATCH_ROWS = 100;
const CONCURRENCY = 4;

const [url = '', token = '', file = '', count = '0'] = given();

await tellCost(async () => {
  const contacts = readContacts(file, Number(count));
  const queue = new PQueue({ concurrency: CONCURRENCY });
  for (let from = 0; from < contacts.length; from += BATCH_ROWS) {
    const batch = contacts.slice(from, from + BATCH_ROWS);
    void queue.add(() => send({ url, token }, 'PATCH', { contacts: batch }));
  }
  await queue.onIdle();
  return contacts.length;
});
