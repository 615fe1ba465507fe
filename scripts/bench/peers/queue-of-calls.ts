/** One call a row through p-queue, which keeps to the rate by windows of a second; no plan, no look at what is there. */
import PQueue from 'p-queue';
import { readContacts, send } from './contact.js';
import { given, tellCost } from './cost.js';

const SECOND_MS = 1000;

const [url = '', token = '', file = '', count = '0', perSecond = '1'] = given();

await tellCost(async () => {
  const contacts = readContacts(file, Number(count));
  const queue = new PQueue({ intervalCap: Number(perSecond), interval: SECOND_MS });
  await queue.addAll(contacts.map((contact) => () => send({ url, token }, 'POST', { contact })));
  return contacts.length;
});
