// How lost creates are judged by the rule alone: everything against everything, without an index. Slow, and
// the measure of what the quick way must say.
import type { WireBody } from '../../../src/billy/types.js';
import { canonicalJson } from '../../../src/core/hash.js';
import { type Evidence, type Verdict } from '../../../src/jobs/settle/judge-lost-writes.js';
import {
  childrenOf,
  differsFromSent,
  imageOf,
  sameValue,
} from '../../../src/resources/definition/record-image.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import { spelledBody, spelledImage } from '../../../src/resources/definition/spelling.js';
import type { ItemRecord } from '../../../src/model/item.js';
import type { RecordImage } from '../../../src/model/record.js';
import { bodyOf } from '../../../src/jobs/job/item-steps.js';

type Kind = 'equal' | 'leftOut' | 'altered' | 'unclear' | 'other';

interface Open {
  readonly item: ItemRecord;
  readonly body: WireBody;
}

interface State {
  free: RecordImage[];
  underWay: WireBody[];
  contested: WireBody[];
  readonly altered: ReadonlySet<string>;
  readonly shape: Resource;
  readonly verdicts: Map<ItemRecord, Verdict>;
  readonly postponed: Set<ItemRecord>;
}

function kindOf(body: WireBody, image: RecordImage, { altered, shape }: State): Kind {
  const held = spelledImage(image);
  const differing = differsFromSent(body, held, shape);
  if (differing.length === 0) return 'equal';
  const isUnsteady = (field: string): boolean => shape.unsteadyFields.includes(field);
  if (!differing.every((field) => altered.has(field) || isUnsteady(field))) return 'other';
  if (!differing.every((field) => altered.has(field))) return 'unclear';
  const isEmpty = (field: string): boolean =>
    field in held.fields
      ? sameValue(held.fields[field], null)
      : childrenOf(held, field).length === 0;
  return differing.every(isEmpty) ? 'leftOut' : 'altered';
}

function namesOf(body: WireBody, { shape }: State): readonly string[] {
  return shape.identityOf(imageOf({ ...body, id: '' }, shape));
}

function numbersIn(image: RecordImage, { shape }: State): string[] {
  return shape
    .keysOfImage(image)
    .filter(({ key }) => shape.numberKeys.includes(key))
    .map(({ key, value }) => `${key} ${value}`);
}

function numbersOf(body: WireBody, state: State): string[] {
  return numbersIn(imageOf({ ...body, id: '' }, state.shape), state);
}

function share(one: readonly string[], other: readonly string[]): boolean {
  return one.some((name) => other.includes(name));
}

function contentOf(body: WireBody, aside: ReadonlySet<string>): string {
  return canonicalJson(
    Object.fromEntries(Object.entries(body).filter(([field]) => !aside.has(field))),
  );
}

function end(state: State, open: Open, verdict: Verdict): void {
  state.verdicts.set(open.item, verdict);
  if (verdict.kind === 'undecidable') state.contested.push(open.body);
  const taken = verdict.kind === 'happened' || verdict.kind === 'named' ? verdict.image : null;
  state.free = state.free.filter(({ id }) => id !== taken?.id);
}

function postpone(state: State, open: Open): void {
  state.postponed.add(open.item);
  state.underWay.push(open.body);
}

function mayBe(bodies: readonly WireBody[], image: RecordImage, state: State): boolean {
  return bodies.some((body) => kindOf(body, image, state) !== 'other');
}

/** A record that differs only where Billy alters must share the name or a number. */
function candidates(open: Open, kind: Kind, state: State): RecordImage[] {
  const names = namesOf(open.body, state).filter((name) => !name.startsWith('email '));
  return state.free.filter((image) => {
    if (kindOf(open.body, image, state) !== kind) return false;
    return kind !== 'altered' || share(names, state.shape.identityOf(image));
  });
}

function isUnsure(
  group: readonly Open[],
  found: readonly RecordImage[],
  { state, kind }: { state: State; kind: Kind },
): boolean {
  const isOneOfMany = kind === 'altered' && (found.length > 1 || group.length > 1);
  const isContested = found.some((image) => mayBe(state.contested, image, state));
  return found.length > group.length || isOneOfMany || isContested;
}

function adoptGroup(
  group: readonly Open[],
  state: State,
  how: { kind: Kind; content: string },
): void {
  const [first] = group;
  if (first === undefined) return;
  const { kind, content } = how;
  const found = candidates(first, kind, state);
  const isSame = (body: WireBody): boolean =>
    contentOf(body, state.altered) === contentOf(first.body, state.altered) ||
    contentOf(body, new Set()) === content;
  const isUnderWay =
    state.underWay.some(isSame) || found.some((image) => mayBe(state.underWay, image, state));
  if (isUnderWay) {
    for (const open of group) postpone(state, open);
    return;
  }
  if (found.length > 0 && isUnsure(group, found, { state, kind })) {
    for (const open of group) end(state, open, { kind: 'undecidable' });
    return;
  }
  for (const [index, image] of found.entries()) {
    const open = group[index];
    if (open !== undefined) end(state, open, { kind: 'happened', image });
  }
}

function adoptAll(open: readonly Open[], state: State, kind: Kind): Open[] {
  const aside = kind === 'equal' ? new Set<string>() : state.altered;
  const groups = new Map<string, Open[]>();
  for (const each of open) {
    const content = contentOf(each.body, aside);
    groups.set(content, [...(groups.get(content) ?? []), each]);
  }
  for (const [content, group] of [...groups].sort(([one], [other]) => other.length - one.length)) {
    adoptGroup(group, state, { kind, content });
  }
  return open.filter(({ item }) => !state.verdicts.has(item) && !state.postponed.has(item));
}

function contradicts(body: WireBody, image: RecordImage, state: State): boolean {
  const [ours, theirs] = [numbersOf(body, state), numbersIn(image, state)];
  return state.shape.numberKeys.some((key) => {
    const own = ours.filter((number) => number.startsWith(`${key} `));
    const held = theirs.filter((number) => number.startsWith(`${key} `));
    return own.length > 0 && held.length > 0 && !share(own, held);
  });
}

function nameByNumber(open: readonly Open[], state: State): Open[] {
  return open.filter((each) => {
    const others = open.filter((other) => other !== each);
    const own = numbersOf(each.body, state).filter((number) =>
      others.every((other) => !numbersOf(other.body, state).includes(number)),
    );
    const found = state.free.filter((image) => share(own, numbersIn(image, state)));
    const [only] = found;
    const ours = numbersOf(each.body, state);
    const isOthers = [...state.underWay, ...state.contested].some((body) =>
      share(ours, namesOf(body, state)),
    );
    if (only === undefined || found.length > 1 || isOthers) return true;
    if (contradicts(each.body, only, state)) return true;
    const kind = kindOf(each.body, only, state);
    const isOwn = kind !== 'other' && kind !== 'unclear';
    end(state, each, { kind: isOwn ? 'happened' : 'named', image: only });
    return false;
  });
}

/** All lost creates of one look: none takes a record that another has, or may have. */
export function judgeOneByOne(
  items: readonly ItemRecord[],
  seen: Evidence,
  shape: Resource,
): Map<ItemRecord, Verdict> {
  const state: State = {
    free: [...seen.unowned],
    underWay: seen.inFlight.map(spelledBody),
    contested: seen.unresolvedElsewhere.map(spelledBody),
    altered: seen.altered,
    shape,
    verdicts: new Map(),
    postponed: new Set(),
  };
  let open = items.map((item): Open => ({ item, body: spelledBody(bodyOf(item)) }));
  // Whatever differs only where it proves nothing keeps its row from being called absent.
  for (const kind of ['equal', 'leftOut', 'altered'] as const) open = adoptAll(open, state, kind);
  const unclear = new Set(
    open.filter(({ body }) =>
      state.free.some((image) => ['altered', 'unclear'].includes(kindOf(body, image, state))),
    ),
  );
  for (const each of nameByNumber(open, state)) {
    const names = namesOf(each.body, state);
    const kin = state.free.filter((image) => share(names, shape.identityOf(image)));
    const isLater = kin.some((image) =>
      state.underWay.some((body) => share(namesOf(body, state), shape.identityOf(image))),
    );
    if (isLater) postpone(state, each);
    else if (kin.length > 0 || unclear.has(each)) end(state, each, { kind: 'undecidable' });
    else end(state, each, { kind: 'absent' });
  }
  return state.verdicts;
}
