// Each line is answered or handed on; the streams of the process are not needed for that.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { LIMITS } from '../../../src/core/limits.js';
import { LineTransport } from '../../../src/server/mcp/line-transport.js';

const TURN_MS = 5;

async function open() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport(input, output);
  const [messages, errors, answers]: [JSONRPCMessage[], Error[], unknown[]] = [[], [], []];
  let closings = 0;
  transport.onmessage = (message) => messages.push(message);
  transport.onerror = (error) => errors.push(error);
  transport.onclose = () => {
    closings += 1;
  };
  await transport.start();
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TURN_MS));
  const say = async (line: string): Promise<void> => {
    input.write(`${line}\n`);
    await settle();
    const text = String(output.read() ?? '');
    answers.push(
      ...text.split('\n').flatMap((one) => (one === '' ? [] : [JSON.parse(one) as unknown])),
    );
  };
  const parts = { transport, input, output, messages, errors, answers };
  return { ...parts, say, settle, closings: () => closings };
}

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;

function call(args: string): string {
  return `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"x","arguments":${args}}}`;
}

describe('what arrives', () => {
  it('is handed on where it is a message, and refused where it is none', async () => {
    const { say, messages, answers, errors } = await open();
    await say('nothing');
    await say(JSON.stringify(PING));
    expect(messages).toEqual([PING]);
    expect(answers).toMatchObject([{ jsonrpc: '2.0', id: null, error: { code: -32_700 } }]);
    expect(errors).toHaveLength(1);
  });

  it.each([
    ['a list', '[]', null],
    ['another protocol', '{"jsonrpc":"1.0","id":"a","method":"ping"}', 'a'],
    ['an id of half', '{"jsonrpc":"2.0","id":0.5,"method":"ping"}', null],
    [
      'a long token',
      `{"jsonrpc":"2.0","id":4,"method":"x","params":{"_meta":{"progressToken":"${'x'.repeat(2000)}"}}}`,
      4,
    ],
  ])('and is %s gets an error', async (_what, line, id) => {
    const { say, answers, messages } = await open();
    await say(line);
    expect(answers).toMatchObject([{ id, error: { code: -32_600 } }]);
    expect(messages).toEqual([]);
  });

  it('as a call with too much in it is handed on with a mark', async () => {
    const { say, messages, answers } = await open();
    await say(call(`{"rows":[${'0,'.repeat(LIMITS.messageMembersMax)}0]}`));
    expect(answers).toEqual([]);
    expect(messages).toMatchObject([{ id: 2, params: { name: 'x', arguments: {} } }]);
    expect(JSON.stringify(messages)).toContain('refused');
  });

  it.each([
    ['bytes', call(`{"csvContent":"${'x'.repeat(LIMITS.messageBytesMax)}"}`), 'INPUT_TOO_LARGE'],
    [
      'depth, and no call',
      `{"jsonrpc":"2.0","id":2,"method":"x","params":{"a":${'['.repeat(99)}${']'.repeat(99)}}}`,
      'INPUT_INVALID',
    ],
    [
      'values, without a name',
      `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":[${'0,'.repeat(2000)}0]}`,
      'INPUT_TOO_LARGE',
    ],
  ])('with too many %s is refused', async (_what, line, code) => {
    const { say, messages, answers } = await open();
    await say(line);
    expect(answers).toMatchObject([{ id: 2, error: { code: -32_600, data: { code } } }]);
    expect(messages).toEqual([]);
  });
});

describe('the connection', () => {
  it('sends, and ends once with its input', async () => {
    const { transport, input, output, settle, closings } = await open();
    await transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect(String(output.read())).toBe('{"jsonrpc":"2.0","id":1,"result":{}}\n');
    input.end();
    await settle();
    await transport.close();
    expect(closings()).toBe(1);
    await expect(transport.send(PING)).rejects.toThrow('closed');
  });

  it('reads no more while its client does not', async () => {
    const { transport, input, output, settle } = await open();
    const result = { text: 'x'.repeat(1_000_000) };
    const sending = transport.send({ jsonrpc: '2.0', id: 1, result });
    expect(input.isPaused()).toBe(true);
    output.resume();
    await sending;
    await settle();
    expect(input.isPaused()).toBe(false);
  });

  it('ends when its output breaks, and tells of errors of its input', async () => {
    const { transport, input, output, errors, settle, closings } = await open();
    input.emit('error', new Error('torn'));
    const sending = transport.send(PING);
    output.destroy(new Error('gone'));
    await sending.catch(() => undefined);
    await settle();
    expect(errors.map(({ message }) => message)).toEqual(['torn', 'gone']);
    expect(closings()).toBe(1);
    output.emit('error', new Error('late'));
    expect(errors).toHaveLength(2);
  });
});
