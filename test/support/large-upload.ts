/** Uploads a made-up file of any size, piece by piece, as the body itself or as a form. */
import { Readable } from 'node:stream';
import { request } from 'undici';

const MIB = 1024 * 1024;
const BOUNDARY = 'skillelinje';
const LINE = 'Nord ApS,nord@example.dk,Nordgade 1,8000\n';
const HEAD = 'name,email,address,zipcode\n';

/** A CSV whose rows are all alike. */
function* piecesOf(mib: number): Generator<Buffer> {
  const piece = Buffer.from(LINE.repeat(Math.floor(MIB / LINE.length)).padEnd(MIB - 1, ' ') + '\n');
  yield Buffer.from(HEAD);
  for (let index = 0; index < mib; index += 1) yield piece;
}

function* formOf(mib: number): Generator<Buffer> {
  const named = 'Content-Disposition: form-data; name="file"; filename="kunder.csv"';
  yield Buffer.from(`--${BOUNDARY}\r\n${named}\r\n\r\n`);
  yield* piecesOf(mib);
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}

export interface LargeUpload {
  readonly url: string;
  readonly key: string;
  readonly mib: number;
  readonly isForm: boolean;
}

/** Resolves with the answer and its time. */
export async function uploadLarge({ url, key, mib, isForm }: LargeUpload): Promise<{
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly ms: number;
}> {
  const startedMs = performance.now();
  const type = isForm
    ? { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
    : { 'x-filename': 'kunder.csv' };
  const answer = await request(`${url}/api/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...type },
    body: Readable.from(isForm ? formOf(mib) : piecesOf(mib), { objectMode: false }),
  });
  const body = (await answer.body.json()) as Readonly<Record<string, unknown>>;
  return { status: answer.statusCode, body, ms: performance.now() - startedMs };
}
