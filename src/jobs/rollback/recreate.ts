/**
 * Chooses the properties of a deleted record that are sent when it is recreated. Properties that Billy
 * refuses are left out, for this record and for the rest of the rollback; the row's message names the
 * properties that were not restored.
 */
import { BillyFailure } from '../../billy/failure.js';
import { bodyOfImage, lostNames } from '../../resources/definition/recreate.js';
import { childrenOf } from '../../resources/definition/record-image.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { Json, RecordImage } from '../../model/record.js';

interface SentNames {
  /** True: undocumented properties are sent too. */
  readonly withUnknown: boolean;
  readonly without: ReadonlySet<string>;
}

/** The property names that Billy refused in one rollback. */
export class RefusedNames {
  #left: SentNames = { withUnknown: true, without: new Set() };

  get left(): SentNames {
    return this.#left;
  }

  /** Remembers the names that were left out of a record that Billy accepted. */
  keep(left: SentNames): void {
    const without = new Set([...this.#left.without, ...left.without]);
    this.#left = { withUnknown: this.#left.withUnknown && left.withUnknown, without };
  }
}

/** All further properties of the record and its children. `name` of a child's starts with its relation. */
function othersIn(before: RecordImage, { relations }: Resource): { name: string; own: string }[] {
  const own = Object.keys(before.others ?? {}).map((name) => ({ name, own: name }));
  const children = Object.keys(relations).flatMap((relation) =>
    childrenOf(before, relation)
      .flatMap(({ others }) => Object.keys(others ?? {}))
      .map((name) => ({ name: `${relation}.${name}`, own: name })),
  );
  return [...own, ...children];
}

/** The recreation of one record. After each refusal it sends fewer properties. */
export class Recreation {
  readonly #before: RecordImage;
  readonly #resource: Resource;
  readonly #refused: RefusedNames;
  #left: SentNames;
  #isUnsure = false;

  constructor(before: RecordImage, resource: Resource, refused: RefusedNames) {
    this.#before = before;
    this.#resource = resource;
    this.#refused = refused;
    this.#left = refused.left;
  }

  get body(): Readonly<Record<string, Json>> {
    return bodyOfImage(this.#before, this.#resource, this.#left);
  }

  /**
   * Leaves out the further properties that may have caused this refusal: those that the refusal names, else
   * the undocumented ones, else all. False: another cause, or no property is left to leave out.
   */
  narrow(error: unknown): boolean {
    if (!(error instanceof BillyFailure) || error.code !== 'BILLY_VALIDATION') return false;
    const sent = JSON.stringify(this.body);
    let next = this.#lessAfter(Object.keys(error.attributes));
    for (; next !== null; next = this.#lessAfter([])) {
      this.#left = next;
      // The same body would only be refused again.
      if (JSON.stringify(this.body) !== sent) return true;
    }
    return false;
  }

  /** The answer was lost and Billy has no such record: it may have refused an undocumented property. */
  narrowUnsure(): void {
    this.#left = { ...this.#left, withUnknown: false };
    this.#isUnsure = true;
  }

  #lessAfter(attributes: readonly string[]): SentNames | null {
    const others = othersIn(this.#before, this.#resource);
    const { without, withUnknown } = this.#left;
    if (attributes.length > 0) {
      const named = others.filter(({ name, own }) =>
        attributes.some((each) => each === name || each === own || each.endsWith(`.${own}`)),
      );
      const names = named.map(({ name }) => name).filter((name) => !without.has(name));
      return names.length === 0 ? null : { withUnknown, without: new Set([...without, ...names]) };
    }
    if (withUnknown) return { withUnknown: false, without };
    const all = new Set([...without, ...others.map(({ name }) => name)]);
    return all.size === without.size ? null : { withUnknown, without: all };
  }

  /** Billy accepted the record as it was sent. */
  accepted(): void {
    if (!this.#isUnsure) this.#refused.keep(this.#left);
  }

  /** Names of properties that the recreated record lacks. */
  lostIn(made: RecordImage): string[] {
    return lostNames(this.#before, made, this.#resource);
  }
}

const NAMES_SHOWN = 10;
/** Names come from Billy, so only plain identifiers are shown. */
const NAME = /^[\w.]{1,60}$/;

/** The message of a row with a recreated record. */
export function recreatedText(lost: readonly string[]): string {
  if (lost.length === 0) return 'recreated under a new id';
  const names = lost.filter((name) => NAME.test(name)).slice(0, NAMES_SHOWN);
  const more = lost.length - names.length;
  const rest = more === 0 ? [] : [`${String(more)} more`];
  return `recreated under a new id; Billy did not take back: ${[...names, ...rest].join(', ')}`;
}
