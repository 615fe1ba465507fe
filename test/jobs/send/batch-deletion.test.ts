// One deletion of many records: what each answer of Billy proves about them.
import { describe, expect, it } from 'vitest';
import { BatchDeletion } from '../../../src/jobs/send/batch-deletion.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { json, raw, refusal, type Answer } from '../../billy/support/scripted-server.js';
import { clientFor, serve, WRITE } from '../../billy/support/test-client.js';

const IDS = ['A', 'B', 'C', 'D', 'E'];

async function deletionAt(answer: Answer) {
  const server = await serve(() => answer);
  const billy = clientFor(server.baseUrl);
  return new BatchDeletion<string>({ billy, resource: customer }, (id) => id);
}

const answered = (status: number, ids: readonly string[], more: object = {}): Answer =>
  json(status, { meta: { deletedRecords: { contacts: ids } }, ...more });

describe('a deletion of many', () => {
  it('ends the records that the answer lists, and no other', async () => {
    const deletion = await deletionAt(answered(200, ['B', 'E', 'Z']));
    const end = await deletion.send(IDS, WRITE);
    expect(end).toEqual({ kind: 'answered', gone: ['B', 'E'], left: ['A', 'C', 'D'] });
  });

  it('is halved after a refusal, without the records that it deleted nevertheless', async () => {
    const blame = { errorCode: 'INVALID_RECORD', errorMessage: 'in use' };
    const deletion = await deletionAt(answered(422, ['B'], blame));
    expect(await deletion.send(IDS, WRITE)).toMatchObject({
      kind: 'refused',
      gone: ['B'],
      left: ['A', 'C', 'D', 'E'],
      smaller: [
        ['A', 'C'],
        ['D', 'E'],
      ],
    });
    expect(deletion.isKnown).toBe(true);
    expect(await deletion.send(['A'], WRITE)).toMatchObject({ smaller: [['A']] });
    expect(await deletion.send(['B'], WRITE)).toMatchObject({ gone: ['B'], smaller: [] });
  });

  it('is not halved, and not sent again, where Billy does not know such requests', async () => {
    const deletion = await deletionAt(refusal(400, 'INVALID_DELETE_ID_ARRAY'));
    expect(await deletion.send(IDS, WRITE)).toMatchObject({ kind: 'refused', smaller: [IDS] });
    expect(deletion.isKnown).toBe(false);
  });

  it('proves nothing when its answer is lost', async () => {
    const deletion = await deletionAt(raw(502, ''));
    const end = await deletion.send(IDS, WRITE);
    expect(end).toMatchObject({ kind: 'lost', error: { retry: 'reconcile' } });
  });

  it('did nothing when it left the queue, or when the token is refused', async () => {
    const deletion = await deletionAt(refusal(401, 'UNAUTHORIZED'));
    const stop = new AbortController();
    stop.abort();
    const stopped = await deletion.send(IDS, { ...WRITE, signal: stop.signal });
    expect(stopped).toMatchObject({ kind: 'notSent', error: null });
    expect(await deletion.send(IDS, WRITE)).toMatchObject({
      kind: 'notSent',
      error: { code: 'BILLY_AUTH' },
    });
  });

  it('throws what stops the worker itself', async () => {
    const deletion = await deletionAt(answered(200, IDS));
    const beforeSend = () => Promise.reject(new Error('a fault of our own'));
    await expect(deletion.send(IDS, { ...WRITE, beforeSend })).rejects.toThrow('of our own');
  });
});
