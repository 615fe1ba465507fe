/**
 * `npm run requests`: plays what people ask of an assistant through a real MCP client against the built server and
 * the sandbox, and prints the calls and tokens of each.
 */
import { openGround } from './requests/ground.js';
import { REQUESTS } from './requests/requests.js';

const RECORDS = 5000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const ground = await openGround(RECORDS);
try {
  say('calls  tokens  structured  request (before)');
  for (const { words, before, play } of REQUESTS) {
    const assistant = ground.assistant();
    await play(assistant);
    const { calls, tokens, structuredTokens } = assistant.count;
    const figures = [String(calls).padStart(5), String(tokens).padStart(7)];
    const structured = String(structuredTokens).padStart(11);
    say(`${figures.join(' ')} ${structured}  ${words}${before === null ? '' : ` (${before})`}`);
  }
} finally {
  await ground.close();
}
