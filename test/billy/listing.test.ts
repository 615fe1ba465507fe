import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/billy/envelope.js';
import { BillyFailure, transportFailure } from '../../src/billy/failure.js';
import { createLister, type ListAll, type ListSource } from '../../src/billy/listing.js';
import { LIMITS } from '../../src/core/limits.js';

type Query = Readonly<Record<string, string>>;

const idsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `R${String(first + index).padStart(6, '0')}`);

interface Server {
  ids: string[];
  /** Smaller than asked. */
  pageSizeMax: number;
  /** Which of total, pageCount and pageSize it tells. */
  tells: readonly ('total' | 'pageCount' | 'pageSize')[];
  /** Before each page is cut: what others do in the meantime. */
  meanwhile: (server: Server, asked: number) => void;
  readonly queries: Query[];
}

function createServer(options: Partial<Server>): Server {
  return {
    ids: [],
    pageSizeMax: 1000,
    tells: ['total', 'pageCount', 'pageSize'],
    meanwhile: () => undefined,
    queries: [],
    ...options,
  };
}

function answerPage(server: Server, query: Query): Promise<Page> {
  server.queries.push(query);
  server.meanwhile(server, server.queries.length);
  const pageSize = Math.min(Number(query['pageSize']), server.pageSizeMax);
  const start = (Number(query['page']) - 1) * pageSize;
  const told = { total: server.ids.length, pageCount: Math.ceil(server.ids.length / pageSize) };
  const tell = (key: Server['tells'][number], value: number): number | null =>
    server.tells.includes(key) ? value : null;
  return Promise.resolve({
    records: server.ids.slice(start, start + pageSize).map((id) => ({ id })),
    total: tell('total', told.total),
    pageCount: tell('pageCount', told.pageCount),
    pageSize: tell('pageSize', pageSize),
  });
}

const sourceOf = (server: Server): ListSource => ({
  collection: 'contacts',
  query: { include: 'contact.contactPersons:embed' },
  ask: (query) => answerPage(server, query),
});

async function collect(server: Server, list: ListAll = createLister()): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of list(sourceOf(server))) {
    expect(batch.length).toBeGreaterThan(0);
    ids.push(...batch.map((record) => record.id));
  }
  expect(new Set(ids).size).toBe(ids.length);
  return ids;
}

/** The same shuffle for the same seed. */
function shuffle(ids: readonly string[], seed: number): string[] {
  let state = seed * 2_654_435_761;
  const keyed = ids.map((id) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return [state, id] as const;
  });
  return keyed.sort(([left], [right]) => left - right).map(([, id]) => id);
}

describe('listAll', () => {
  it('asks sorted, 1,000 at a time, with the given filters, until the last page', async () => {
    const server = createServer({ ids: idsFrom(0, 2500) });
    expect(await collect(server)).toEqual(server.ids);
    expect(server.queries).toHaveLength(3);
    expect(server.queries[2]).toEqual({
      include: 'contact.contactPersons:embed',
      page: '3',
      pageSize: '1000',
      sortProperty: 'createdTime',
      sortDirection: 'ASC',
    });
  });

  it('yields nothing for an empty list', async () => {
    const server = createServer({});
    expect(await collect(server)).toEqual([]);
    expect(server.queries).toHaveLength(1);
  });

  it.each([
    [['total', 'pageCount', 'pageSize'], 25],
    [['pageCount'], 25],
    [['total'], 25],
    [['pageSize'], 26],
    [[], 26],
  ] as const)('copes with pages smaller than asked, told %j', async (tells, requests) => {
    const server = createServer({ ids: idsFrom(0, 2500), pageSizeMax: 100, tells });
    expect(await collect(server)).toEqual(server.ids);
    expect(server.queries).toHaveLength(requests);
  });

  it('goes on when the list grows meanwhile', async () => {
    const server = createServer({
      ids: idsFrom(0, 2000),
      meanwhile: ({ ids }, asked) => {
        if (asked === 2) ids.push(...idsFrom(2000, 500));
      },
    });
    expect(await collect(server)).toHaveLength(2500);
    expect(server.queries).toHaveLength(3);
  });

  it('lists again when records were deleted behind its back', async () => {
    const server = createServer({
      ids: idsFrom(0, 2500),
      meanwhile: ({ ids }, asked) => {
        if (asked === 2) ids.splice(0, 10);
      },
    });
    const ids = await collect(server);
    expect(new Set(ids)).toEqual(new Set(idsFrom(0, 2500)));
    expect(server.queries).toHaveLength(6);
  });

  it('is not satisfied by deleted records that stand in for missed ones', async () => {
    // Page 1 is read, then its records go and as many that were never seen move up past page 2.
    const server = createServer({
      ids: idsFrom(0, 2000),
      meanwhile: ({ ids }, asked) => {
        if (asked === 2) ids.splice(0, 500);
        if (asked === 3) ids.splice(0, 100);
      },
    });
    const ids = new Set(await collect(server));
    for (const id of server.ids) expect(ids.has(id)).toBe(true);
  });

  it('lists again until an unstable order has shown every record', async () => {
    const all = idsFrom(0, 3000);
    const server = createServer({
      ids: all,
      meanwhile: (self, asked) => {
        self.ids = shuffle(all, asked);
      },
    });
    expect((await collect(server)).sort()).toEqual(all);
    expect(server.queries.length).toBeGreaterThan(3);
  });

  it('gives up on a list that never holds together', async () => {
    const server = createServer({
      ids: idsFrom(0, 10),
      meanwhile: (self) => {
        self.ids = [...self.ids.slice(0, 9), ...idsFrom(0, 1)];
      },
    });
    const failure: unknown = await collect(server).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'wait' });
    expect(server.queries).toHaveLength(LIMITS.listPassesMax);
  });

  it('gives up on a server that answers the same full page for ever', async () => {
    const records = idsFrom(0, 1000).map((id) => ({ id }));
    const same: Page = { records, total: null, pageCount: null, pageSize: null };
    const source = { ...sourceOf(createServer({})), ask: () => Promise.resolve(same) };
    const drain = async (): Promise<void> => {
      for await (const batch of createLister()(source)) expect(batch).toHaveLength(1000);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'BILLY_SERVER' });
  });

  it('finds every record that was there all the time, whatever others do', async () => {
    const change = fc.record({ at: fc.integer({ min: 1, max: 12 }), deletes: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.nat(30), async (changes, adds) => {
        const initial = idsFrom(0, 250);
        const server = createServer({
          ids: [...initial],
          pageSizeMax: 50,
          meanwhile: ({ ids }, asked) => {
            const now = changes.filter(({ at }) => at === asked);
            for (const { deletes } of now) ids.splice(ids.length >> 2, deletes + adds + 1);
            if (now.length > 0) ids.push(...idsFrom(1000 * asked, adds));
          },
        });
        const found = new Set(await collect(server));
        for (const id of initial) if (server.ids.includes(id)) expect(found.has(id)).toBe(true);
      }),
    );
  });
});

describe('a collection that cannot be sorted', () => {
  const refusing = (server: Server): ListSource => ({
    ...sourceOf(server),
    ask: (query) =>
      'sortProperty' in query
        ? Promise.reject(new BillyFailure({ code: 'BILLY_VALIDATION', message: 'no' }))
        : answerPage(server, query),
  });

  it('is asked without, and this is remembered', async () => {
    const list = createLister();
    const server = createServer({ ids: idsFrom(0, 1500) });
    let asked = 0;
    const source = refusing(server);
    const counted: ListSource = {
      ...source,
      ask: (query) => {
        asked += 1;
        return source.ask(query);
      },
    };
    for (const requests of [3, 5]) {
      for await (const batch of list(counted)) expect(batch.length).toBeGreaterThan(0);
      expect(asked).toBe(requests);
    }
  });

  it('is not what a refusal of something else, or an outage, makes of it', async () => {
    const list = createLister();
    const refused = new BillyFailure({ code: 'BILLY_VALIDATION', message: 'needs a filter' });
    const lost = transportFailure(new Error('x'), { isWrite: false, wasSent: false });
    for (const failure of [refused, lost]) {
      const source = { ...sourceOf(createServer({})), ask: () => Promise.reject(failure) };
      await expect(list(source).next()).rejects.toBe(failure);
    }
    const server = createServer({ ids: idsFrom(0, 1) });
    await collect(server, list);
    expect(server.queries[0]).toHaveProperty('sortProperty');
  });
});
