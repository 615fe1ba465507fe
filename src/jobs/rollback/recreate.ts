/**
 * Which properties of a deleted record are sent when it is recreated. Billy may refuse some: they are left
 * out then, for this record and for the rest of the rollback, and the row says what did not come back.
 */
import { BillyFailure } from '../../billy/failure.js';
import { bodyOfImage, lostNames } from '../../resources/definition/recreate.js';
import { childrenOf } from '../../resources/definition/record-image.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { Json, RecordImage } from '../../model/record.js';

interface Left {
  /** Also properties that no page is known to name. */
  readonly withUnknown: boolean;
  readonly without: ReadonlySet<string>;
}

/** What Billy was found to refuse in one rollback. */
export class RefusedNames {
  #left: Left = { withUnknown: true, without: new Set() };

  get left(): Left {
    return this.#left;
  }

  /** Billy took a record with this left out. */
  keep(left: Left): void {
    const without = new Set([...this.#left.without, ...left.without]);
    this.#left = { withUnknown: this.#left.withUnknown && left.withUnknown, without };
  }
}

/** All further properties of the record and its children; a child's with its relation's name. */
function othersIn(before: RecordImage, { relations }: Resource): { name: string; own: string }[] {
  const own = Object.keys(before.others ?? {}).map((name) => ({ name, own: name }));
  const children = Object.keys(relations).flatMap((relation) =>
    childrenOf(before, relation)
      .flatMap(({ others }) => Object.keys(others ?? {}))
      .map((name) => ({ name: `${relation}.${name}`, own: name })),
  );
  return [...own, ...children];
}

/** One record on its way back: what is sent of it, and less after each refusal. */
export class Recreation {
  readonly #before: RecordImage;
  readonly #resource: Resource;
  readonly #refused: RefusedNames;
  #left: Left;
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
   * Leaves out what this refusal may be about: the further properties that it names; else those that no
   * page names; else all of them. False: it is about something else, or there is nothing to leave out.
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

  /** The answer was lost, and Billy has no such record: it may have refused what no page names. */
  narrowUnsure(): void {
    this.#left = { ...this.#left, withUnknown: false };
    this.#isUnsure = true;
  }

  #lessAfter(attributes: readonly string[]): Left | null {
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

  /** Billy has taken the record as it was sent. */
  accepted(): void {
    if (!this.#isUnsure) this.#refused.keep(this.#left);
  }

  /** Names of properties that the recreated record lacks. */
  lostIn(made: RecordImage): string[] {
    return lostNames(this.#before, made, this.#resource);
  }
}

const NAMES_SHOWN = 10;
/** Names come from Billy: what is no plain name is not shown. */
const NAME = /^[\w.]{1,60}$/;

/** What the row says of a recreated record. */
export function recreatedText(lost: readonly string[]): string {
  if (lost.length === 0) return 'recreated under a new id';
  const names = lost.filter((name) => NAME.test(name)).slice(0, NAMES_SHOWN);
  const more = lost.length - names.length;
  const rest = more === 0 ? [] : [`${String(more)} more`];
  return `recreated under a new id; Billy did not take back: ${[...names, ...rest].join(', ')}`;
}
