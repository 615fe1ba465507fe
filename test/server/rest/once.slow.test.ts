// A server that is killed while it carries a request out: the same key is free again soon, and no row is written twice.
import { describe, expect, it } from 'vitest';
import { openHttpStage } from '../../e2e/http-stage.js';
import { eventually } from '../../e2e/stage.js';
import { exitOf } from '../../support/sandbox-process.js';
import { restAt } from './support/rest-office.js';

const ROWS = 300;
const LONG_MS = 180_000;

describe('a key whose server was killed', () => {
  it(
    'leads to the same job after the next start, which writes each row once',
    async () => {
      const stage = await openHttpStage({ env: { BILLY_RATE_LIMIT: '100/s' } });
      const { organizationId, sandbox } = stage.alfa;
      const { key } = await stage.keyFor('operator', organizationId);
      const contacts = (): number => sandbox.control.summary().counts['contacts'] ?? 0;
      const before = contacts();
      const request = {
        body: {
          ...{ resourceType: 'customer', operation: 'import', waitSeconds: 40 },
          rows: Array.from({ length: ROWS }, (_, no) => ({ name: `Kunde ${String(no)}` })),
        },
        headers: { 'idempotency-key': 'import-1' },
      };
      const first = await stage.serve();
      const lost = restAt(first.url, key)('POST', '/api/v1/jobs', request).catch(() => null);
      await eventually('a row', () => (contacts() > before + 20 ? true : null), 30_000);
      first.child.kill('SIGKILL');
      await exitOf(first.child);
      expect(await lost).toBeNull();
      const second = await stage.serve();
      const rest = restAt(second.url, key);
      const answer = await eventually(
        'an answer',
        async () => {
          const tried = await rest('POST', '/api/v1/jobs', request);
          return tried.status === 409 ? null : tried;
        },
        30_000,
      );
      expect(answer.json).toMatchObject({ alreadySubmitted: true, status: 'completed' });
      expect(contacts() - before).toBe(ROWS);
      const again = await rest('POST', '/api/v1/jobs', request);
      expect([again.text, again.headers['idempotent-replayed']]).toEqual([answer.text, 'true']);
      const { json } = await rest('GET', '/api/v1/jobs');
      expect(json?.['statistics']).toEqual({ completed: 1 });
    },
    LONG_MS,
  );
});
