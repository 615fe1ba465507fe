import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../../src/billy/http/envelope.js';
import { BillyFailure, transportFailure } from '../../../src/billy/failure.js';
import { createLister, type ListAll, type ListSource } from '../../../src/billy/http/listing.js';
import { LIMITS } from '../../../src/core/limits.js';
import { FakeClock } from '../../support/fake-clock.js';
import { hastyClock } from '../support/test-client.js';

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

async function collect(
  server: Server,
  list: ListAll = createLister(hastyClock),
): Promise<string[]> {
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
    [['total', 'pageCount', 'pageSize'], 26],
    [['pageCount'], 26],
    [['total'], 26],
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

  it('gives up on a server that answers the same full page for ever', async () => {
    const records = idsFrom(0, 1000).map((id) => ({ id }));
    const same: Page = { records, total: null, pageCount: null, pageSize: null };
    const source = { ...sourceOf(createServer({})), ask: () => Promise.resolve(same) };
    const drain = async (): Promise<void> => {
      for await (const batch of createLister(hastyClock)(source)) expect(batch).toHaveLength(1000);
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

describe('a list of which Billy counts', () => {
  /** Told of all pages: so many more, or fewer, than there are. */
  function miscounted(server: Server, by: number): ListSource {
    return {
      ...sourceOf(server),
      ask: async (query) => {
        const page = await answerPage(server, query);
        const total = server.ids.length + by;
        const pageSize = Math.min(Number(query['pageSize']), server.pageSizeMax);
        return { ...page, total, pageCount: Math.max(1, Math.ceil(total / pageSize)) };
      },
    };
  }

  async function read(source: ListSource, list = createLister(hastyClock)) {
    const [ids, unstable]: [string[], string[]] = [[], []];
    const onUnstable = (collection: string): Promise<void> => {
      unstable.push(collection);
      return Promise.resolve();
    };
    for await (const batch of list({ ...source, onUnstable })) {
      ids.push(...batch.map(({ id }) => id));
    }
    return { ids, unstable };
  }

  it.each([0, 1, 5, 1000, 2345])(
    'one too many is what three passes show (%i records)',
    async (count) => {
      const server = createServer({ ids: idsFrom(0, count) });
      const { ids, unstable } = await read(miscounted(server, 1));
      expect(ids).toEqual(server.ids);
      expect(unstable).toEqual(['contacts']);
    },
  );

  it('as many as there are is never called unstable', async () => {
    const server = createServer({ ids: idsFrom(0, 2345) });
    expect((await read(sourceOf(server))).unstable).toEqual([]);
    const shifting = createServer({
      ids: idsFrom(0, 2500),
      meanwhile: ({ ids }, asked) => {
        if (asked === 2) ids.splice(0, 10);
      },
    });
    expect((await read(sourceOf(shifting))).unstable).toEqual([]);
  });

  it.each([
    [1500, -500],
    [3000, -1001],
    [2500, -1],
  ])('too few (%i, %i) all are read', async (count, by) => {
    const server = createServer({ ids: idsFrom(0, count) });
    expect((await read(miscounted(server, by))).ids).toEqual(server.ids);
  });

  it('too few are read from small pages too, told and untold', async () => {
    for (const tells of [['total', 'pageCount', 'pageSize'], ['total']] as const) {
      const server = createServer({ ids: idsFrom(0, 700), pageSizeMax: 100, tells });
      const source = miscounted(server, -300);
      const ask: ListSource['ask'] = async (query) => {
        const page = await source.ask(query);
        return tells.length > 1 ? page : { ...page, pageCount: null };
      };
      expect((await read({ ...source, ask })).ids).toEqual(server.ids);
    }
  });

  it.each(['refuses', 'repeats'])(
    'pages whose last is full, and %s what lies beyond',
    async (how) => {
      const server = createServer({ ids: idsFrom(0, 2000) });
      const source = sourceOf(server);
      const ask: ListSource['ask'] = (query) => {
        if (Number(query['page']) <= 2) return source.ask(query);
        const refused = new BillyFailure({ code: 'BILLY_VALIDATION', message: 'no such page' });
        return how === 'refuses' ? Promise.reject(refused) : source.ask({ ...query, page: '2' });
      };
      expect(await read({ ...source, ask })).toEqual({ ids: server.ids, unstable: [] });
    },
  );

  it('shows records later than it counts them waits for them', async () => {
    const clock = new FakeClock();
    const server = createServer({ ids: idsFrom(0, 9) });
    const lagMs = 2000;
    const source: ListSource = {
      ...sourceOf(server),
      ask: async (query) => {
        if (clock.monotonicMs() >= lagMs) server.ids = idsFrom(0, 10);
        return { ...(await answerPage(server, query)), total: 10 };
      },
    };
    const reading = read(source, createLister(clock));
    await clock.advance(60_000);
    expect(await reading).toEqual({ ids: idsFrom(0, 10), unstable: [] });
  });

  it('rightly, and leaves out the same ones each time it is cut so, is cut otherwise', async () => {
    // A hundred records of one second, in an order that depends on the page that is asked for.
    const all = idsFrom(0, 1500);
    const other = [...all.slice(0, 850), ...all.slice(900, 950), ...all.slice(850, 900)];
    const source: ListSource = {
      ...sourceOf(createServer({})),
      ask: (query) => {
        const [page, pageSize] = [Number(query['page']), Number(query['pageSize']) - 100];
        const rows = page === 1 ? all : [...other, ...all.slice(950)];
        const ids = rows.slice((page - 1) * pageSize, page * pageSize);
        const told = { total: 1500, pageCount: Math.ceil(1500 / pageSize), pageSize };
        return Promise.resolve({ ...told, records: ids.map((id) => ({ id })) });
      },
    };
    const { ids, unstable } = await read(source);
    expect([ids.sort(), unstable]).toEqual([all, []]);
  });

  it('ever more, in passes of which no two agree, is given up, and is no outage', async () => {
    const server = createServer({
      meanwhile: (self, asked) => {
        self.ids = [...idsFrom(0, 8), ...idsFrom(8 + (asked % 2), 1)];
      },
    });
    const failure: unknown = await read(miscounted(server, 50)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(server.queries).toHaveLength(LIMITS.listPassesMax);
  });

  it('is not waited for by whoever stops', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const source = { ...miscounted(createServer({ ids: idsFrom(0, 3) }), 1), signal: stop.signal };
    const reading = read(source, createLister(clock)).catch((error: unknown) => error);
    await clock.advance(1000);
    stop.abort(new Error('stopped'));
    expect(await reading).toMatchObject({ message: 'stopped' });
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
    const list = createLister(hastyClock);
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
    const list = createLister(hastyClock);
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
