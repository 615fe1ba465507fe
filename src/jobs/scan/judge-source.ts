/**
 * Judges a source by its headers and cells, for the scan of a job and for a look at a file: how its columns are read,
 * what its headers mean, and what a start refuses it for.
 */
import type { ScanRequest, SourceHead } from '../../files/source.js';
import {
  cellQuestions,
  mapHeaders,
  type HeaderOptions,
  type MappedFile,
} from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';
import { speaksDanish } from '../../resources/headers/header-text.js';
import { readOptionsOf, type SourceSettings } from '../job/source-settings.js';
import { isOwnDanishFile } from '../job/written-columns.js';
import { namingSheets } from './source-head.js';
import { kindReader } from './source-rows.js';
import { WatchedHeaders } from './watched-headers.js';

export class SourceJudge {
  readonly #resource: Resource;
  readonly #mapping: HeaderOptions;
  readonly #watched: WatchedHeaders;

  constructor(resource: Resource, mapping: HeaderOptions) {
    this.#resource = resource;
    this.#mapping = mapping;
    this.#watched = new WatchedHeaders((header) => cellQuestions(resource, header, mapping));
  }

  /** The request for one scan of the source, which also shows the judge its cells. */
  requestFor(
    head: SourceHead,
    settings: SourceSettings,
    bounds: Pick<ScanRequest, 'rowsMax' | 'signal' | 'onFault'>,
  ): ScanRequest {
    const resource = this.#resource;
    return {
      ...bounds,
      kindOf: kindReader({ resource }, { ...settings, head }),
      isDayFirst: head.csv?.dialect.delimiter === ';' || speaksDanish(head.headers),
      watchOf: (header) => this.#watched.watchOf(header),
      options: readOptionsOf(settings),
      isOwnDanish: (headers) => isOwnDanishFile(resource, headers),
    };
  }

  /** The meaning of all headers, after the scan. Throws as `mapHeaders`, and for a filled header that may matter. */
  mapHeaders(head: SourceHead, headers: readonly string[]): MappedFile {
    const mapped = namingSheets(head, () => mapHeaders(this.#resource, headers, this.#mapping));
    this.#watched.checkQuestions(mapped);
    const { operation, matchBy } = this.#mapping;
    if (operation === 'import') return this.#watched.withoutForeignIds(mapped, headers);
    // An update or a deletion may have no other key than the id, and a call in JSON gives Billy's own.
    const keys = matchBy ?? this.#resource.matchOrder;
    const hasOtherKey = keys.some((key) => mapped.columns.includes(key));
    if (head.format === 'json' || !hasOtherKey) return mapped;
    return this.#watched.withoutForeignIds(mapped, headers);
  }
}
