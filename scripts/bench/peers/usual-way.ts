/** The usual way: batches of ten, each row a request of its own, a second's pause after each batch. */
import { readContacts, send } from './contact.js';
import { given, tellCost } from './cost.js';

const BATCH_ROWS = 10;
const PAUSE_MS = 1000;

const [url = '', token = '', file = '', count = '0'] = given();

await tellCost(async () => {
  const contacts = readContacts(file, Number(count));
  for (let from = 0; from < contacts.length; from += BATCH_ROWS) {
    const batch = contacts.slice(from, from + BATCH_ROWS);
    await Promise.all(batch.map((contact) => send({ url, token }, 'POST', { contact })));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return contacts.length;
});
