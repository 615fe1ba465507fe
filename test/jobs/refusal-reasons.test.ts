/** What Billy says of a refusal, in the shapes that it was recorded to answer, on its way to who must mend it. */
import { describe, expect, it } from 'vitest';
import { reportChunks } from '../../src/jobs/service/report.js';
import { on, onlyNth, standIn, when, type Fields } from '../reality/support/hooks.js';
import { realWorld, type RealWorld } from '../reality/support/real-world.js';
import { customersCsv, expectExact } from './support/storm.js';

const STORM = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 } as const;

/** By name: why Billy refuses the customer. */
const REASONS: Readonly<Record<string, string>> = {
  'Kunde 1': 'A made-up reason.',
  'Kunde 2': 'A made-up reason.',
  'Kunde 3': 'The number "K3" is taken.',
  'Kunde 4': 'The number "K4" is taken.',
  'Kunde 5': 'Another reason.',
};

function refusing({ proxy }: RealWorld, status: number): void {
  proxy.use(
    when(on('POST', 'contacts'), (request, pass) => {
      const { contact } = request.body as { contact: Fields };
      const message = REASONS[String(contact['name'])];
      if (message === undefined) return pass(request);
      const meta = { statusCode: status, success: false };
      const errors = { errorCode: 'INVALID_RECORD', errorMessage: 'Invalid record' };
      const body = { meta, ...errors, validationErrors: { contact: { message } } };
      return Promise.resolve({ status, body, headers: { 'content-type': 'application/json' } });
    }),
  );
}

describe('the reason of a refusal', () => {
  it.each([400, 422])('stands in row, summary and report (%i)', async (status) => {
    const real = await realWorld(STORM);
    const { world } = real;
    refusing(real, status);
    const { id } = await world.startImport(customersCsv(6));
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'completed', failedItems: 5, outcomes: { created: 1 } });
    const rows = view.errors.map(({ key, message }) => [key, JSON.parse(message) as string]);
    expect(Object.fromEntries(rows)).toEqual(REASONS);
    const causes = view.errorSummary.map(({ message, count }) => [count, message]);
    expect(causes).toHaveLength(3);
    expect(causes).toEqual(
      expect.arrayContaining([
        [2, '"A made-up reason."'],
        [2, String.raw`"The number \"…\" is taken."`],
        [1, '"Another reason."'],
      ]),
    );
    const job = await world.store.getJob({ jobId: id });
    if (job === null) throw new Error('no job');
    let report = '';
    const wish = { job, scope: 'failed', dialect: 'standard' } as const;
    for await (const chunk of reportChunks(world.store, wish, () => undefined)) report += chunk;
    for (const reason of new Set(Object.values(REASONS))) {
      expect(report).toContain(JSON.stringify(reason).replaceAll('"', '""'));
    }
  });
});

describe('an answer that does not tell what became of a create', () => {
  const html = { body: '<html>no</html>', headers: { 'content-type': 'text/html' } };
  const conflict = { meta: { success: false }, errorCode: 'OTHER', errorMessage: 'Conflict' };

  it.each([
    [401, html],
    [403, html],
    [404, html],
    [408, html],
    [409, { ...html, body: conflict }],
    [425, html],
    [499, html],
  ])('%i is looked up, whether Billy has saved or not', async (status, answer) => {
    for (const isSaved of [true, false]) {
      const { world, proxy } = await realWorld(STORM);
      proxy.use(onlyNth(3, on('POST', 'contacts'), standIn({ ...answer, status }, isSaved)));
      const { id } = await world.startImport(customersCsv(6));
      await world.ended(id);
      const view = await expectExact(world, id);
      expect(view).toMatchObject({ status: 'completed', outcomes: { created: 6 } });
    }
  });
});
