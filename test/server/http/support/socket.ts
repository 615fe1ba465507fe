/** A connection on which a test writes bytes of its own. */
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ByHand {
  readonly socket: Socket;
  /** All that the server has sent once it has closed the connection. */
  readonly answer: Promise<string>;
}

/** Connects and writes the text; the connection ends with the test. */
export async function writeByHand(url: string, text: string): Promise<ByHand> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  onTestFinished(() => {
    socket.destroy();
  });
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
  });
  // A reset is an end as well.
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(heard);
    });
  });
  await new Promise<void>((resolve) => {
    socket.write(text, () => {
      resolve();
    });
  });
  return { socket, answer };
}
