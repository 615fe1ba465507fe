/** Implements the port towards Billy over HTTP: each method builds a request and reads its answer. */
import { RECORD_ID } from '../changes.js';
import {
  readDeleted,
  readOrganization,
  readPage,
  readSaved,
  readSingle,
  readWritten,
} from './envelope.js';
import { BillyFailure, missingRecord, type JsonObject } from '../failure.js';
import { createLister, type ListAll } from './listing.js';
import { OrganizationIdRule } from './organization-id.js';
import { Sender, type SenderOptions } from './sender.js';
import {
  SINGULAR,
  type BillyClient,
  type BulkAnswer,
  type Collection,
  type DeleteAnswer,
  type ListOptions,
  type Organization,
  type ReadOptions,
  type SaveOptions,
  type SaveRecord,
  type WireBody,
  type WireRecord,
  type WriteAnswer,
  type WriteOptions,
} from '../types.js';

/** Creates a client for one organization. It sends nothing before the first call. */
export function createBillyClient(options: SenderOptions): BillyClient {
  return new HttpBillyClient(options);
}

interface Target {
  readonly collection: Collection;
  readonly id: string;
}

class HttpBillyClient implements BillyClient {
  readonly #sender: Sender;
  readonly #list: ListAll;
  readonly #rule = new OrganizationIdRule();
  #organizationId: string | null = null;
  #listedPages = 0;

  constructor(options: SenderOptions) {
    this.#sender = new Sender(options);
    this.#list = createLister(options.clock);
  }

  async organization(options: ReadOptions): Promise<Organization> {
    const call = { ...options, method: 'GET' as const, path: '/organization' };
    const organization = await this.#sender.send(call, readOrganization);
    this.#organizationId = organization.id;
    return organization;
  }

  listAll(
    collection: Collection,
    { include, filters, onUnstable, ...options }: ListOptions,
  ): AsyncIterable<readonly WireRecord[]> {
    return this.#list({
      collection,
      signal: options.signal,
      onUnstable,
      query: { ...filters, ...(include === undefined ? {} : { include }) },
      ask: (query) => {
        const path = `/${collection}?${new URLSearchParams(query).toString()}`;
        const read = (body: JsonObject): ReturnType<typeof readPage> => readPage(body, collection);
        this.#listedPages += 1;
        return this.#sender.send({ ...options, method: 'GET', path, isList: true }, read);
      },
    });
  }

  async get(
    collection: Collection,
    id: string,
    { include, ...options }: ReadOptions & { include?: string },
  ): Promise<WireRecord | null> {
    if (!RECORD_ID.test(id)) return null;
    const query = include === undefined ? '' : `?${new URLSearchParams({ include }).toString()}`;
    const call = { ...options, method: 'GET' as const, path: `/${collection}/${id}${query}` };
    try {
      return await this.#sender.send(call, (body) => readSingle(body, { collection, id }));
    } catch (error) {
      if (error instanceof BillyFailure && error.code === 'RECORD_NOT_FOUND') return null;
      throw error;
    }
  }

  create(collection: Collection, body: WireBody, options: WriteOptions): Promise<WriteAnswer> {
    const sent = { collection, isAlone: true };
    return this.#naming(sent, options, (complete) =>
      this.#post(collection, complete(body), options),
    );
  }

  update(target: Target, body: WireBody, options: WriteOptions): Promise<WriteAnswer> {
    const { collection, id } = target;
    if (!RECORD_ID.test(id)) return Promise.reject(missingRecord());
    const call = {
      ...writeCall(options),
      method: 'PUT' as const,
      path: `/${collection}/${id}`,
      body: { [SINGULAR[collection]]: body },
    };
    return this.#sender.send(call, (answer) =>
      readWritten(answer, { collection, id, clientId: clientIdOf(body) }),
    );
  }

  async remove({ collection, id }: Target, options: WriteOptions): Promise<DeleteAnswer> {
    // Billy answers 200 to the deletion of a record that does not exist; an impossible id is the same case.
    if (!RECORD_ID.test(id)) return { deleted: {} };
    const path = `/${collection}/${id}`;
    return this.#sender.send({ ...writeCall(options), method: 'DELETE', path }, readDeleted);
  }

  async saveMany(
    collection: Collection,
    records: readonly SaveRecord[],
    options: SaveOptions,
  ): Promise<BulkAnswer> {
    if (records.length === 0) return { answers: [], loose: [], records: {}, deleted: {} };
    if (records.some(({ id }) => id !== null && !RECORD_ID.test(id))) throw missingRecord();
    const patch = (complete: Complete): Promise<BulkAnswer> =>
      this.#patch(collection, { records, complete }, options);
    // Updates never name the organization (billy-api.md section 1).
    const areUpdates = records.every(({ id }) => id !== null);
    if (areUpdates) return patch(unchanged);
    const isAlone = records.length === 1 || options.mayRepeat === true;
    return this.#naming({ collection, isAlone }, options, patch);
  }

  async removeMany(
    collection: Collection,
    ids: readonly string[],
    options: WriteOptions,
  ): Promise<DeleteAnswer> {
    const possible = [...new Set(ids)].filter((id) => RECORD_ID.test(id));
    if (possible.length === 0) return { deleted: {} };
    // Brackets as Billy's page writes them; ids need no escaping.
    const path = `/${collection}?${possible.map((id) => `ids[]=${id}`).join('&')}`;
    return this.#sender.send({ ...writeCall(options), method: 'DELETE', path }, readDeleted);
  }

  listedPages(): number {
    return this.#listedPages;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  #post(collection: Collection, body: WireBody, options: WriteOptions): Promise<WriteAnswer> {
    const call = {
      ...writeCall(options),
      method: 'POST' as const,
      path: `/${collection}`,
      body: { [SINGULAR[collection]]: body },
    };
    return this.#sender.send(call, (answer) =>
      readWritten(answer, { collection, clientId: clientIdOf(body) }),
    );
  }

  #patch(
    collection: Collection,
    { records, complete }: { records: readonly SaveRecord[]; complete: Complete },
    options: WriteOptions,
  ): Promise<BulkAnswer> {
    const bodies = records.map(({ id, body }) => (id === null ? complete(body) : { ...body, id }));
    const call = {
      ...writeCall(options),
      method: 'PATCH' as const,
      path: `/${collection}`,
      body: { [collection]: bodies },
    };
    const sent = records.map(({ id, body }) => ({ id, clientId: clientIdOf(body) }));
    return this.#sender.send(call, (answer) => readSaved(answer, { collection, records: sent }));
  }

  /** Sends creates with the organization's id, unless Billy has refused that. */
  async #naming<T>(
    { collection, isAlone }: { readonly collection: Collection; readonly isAlone: boolean },
    options: WriteOptions,
    send: (complete: Complete) => Promise<T>,
  ): Promise<T> {
    if (!this.#rule.appliesTo(collection)) return send(unchanged);
    const organizationId = await this.#knownOrganizationId(options);
    // Billy may have refused the id of another create while this call waited for the organization.
    if (!this.#rule.appliesTo(collection)) return send(unchanged);
    try {
      const answer = await send((body) => this.#rule.addTo(body, organizationId));
      this.#rule.accepted();
      return answer;
    } catch (error) {
      if (!(error instanceof BillyFailure) || !this.#rule.isSuspect(error, { isAlone }))
        throw error;
      return await this.#sendAgain(error, () => send(unchanged));
    }
  }

  /** Sends the create again without the organization's id. A 422 is certain, so this cannot create twice. */
  async #sendAgain<T>(suspicion: BillyFailure, send: () => Promise<T>): Promise<T> {
    try {
      const answer = await send();
      this.#rule.learn(suspicion, null);
      return answer;
    } catch (error) {
      if (error instanceof BillyFailure) this.#rule.learn(suspicion, error);
      throw error;
    }
  }

  async #knownOrganizationId({ patienceMs, signal }: WriteOptions): Promise<string> {
    if (this.#organizationId !== null) return this.#organizationId;
    const withSignal = signal === undefined ? {} : { signal };
    return (await this.organization({ priority: 'job', patienceMs, ...withSignal })).id;
  }
}

/** Adds the fields that every create needs to a body. */
type Complete = (body: WireBody) => WireBody;

function unchanged(body: WireBody): WireBody {
  return body;
}

/** Adds the priority `job` to the options of a write: only jobs write. */
function writeCall(options: WriteOptions): WriteOptions & { priority: 'job' } {
  return { ...options, priority: 'job' };
}

function clientIdOf(body: WireBody): string | null {
  const clientId = body['_clientId'];
  return typeof clientId === 'string' ? clientId : null;
}
