/**
 * Matches new records in Billy to creates that lost their answer. A record that equals the sent body is
 * adopted. A create is absent only if no new record without an owner shares an identity key or the name
 * with it: people edit a record soon after it was created, and Billy stores values in its own form, so one
 * differing field does not rule a record out. If exactly one new record shares a number, the create is
 * `named`.
 */
import type { WireBody } from '../../billy/types.js';
import { EventLoopYielder, type Turning } from '../../core/event-loop.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { spelledBody, spelledImage } from '../../resources/definition/spelling.js';
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { addTo, BodyIndex, contentOf, RecordIndex } from './content-index.js';
import { contentMatch, type Compare, type ContentMatch, type MatchShape } from './content-match.js';
import { type Judged, type Evidence, type Verdict } from './judge-lost-writes.js';
import { bodyOf } from '../job/item-steps.js';

/** The names of a record, taken from the record or from the body that creates it. */
interface Named {
  /** The numbers of the record itself. */
  readonly numbers: readonly string[];
  /** Numbers, e-mails and name; a record that may be the same one shares at least one of them. */
  readonly identity: readonly string[];
}

interface UnownedRecord extends Named {
  readonly image: RecordImage;
  readonly spelled: RecordImage;
}

interface Lost extends Named {
  readonly item: ItemRecord;
  readonly body: WireBody;
  /** A record matches except for fields that prove nothing. */
  isUnclear: boolean;
}

interface JudgeDeps {
  readonly compare: Compare;
  readonly yielder: EventLoopYielder;
}

function namedOf(image: RecordImage, shape: MatchShape): Named {
  const keys = shape.keysOfImage(image).filter(({ key }) => shape.numberKeys.includes(key));
  const numbers = keys.map(({ key, value }) => `${key} ${value}`);
  return { numbers, identity: shape.identityOf(image) };
}

function namedByBody(body: WireBody, shape: MatchShape): Named {
  return namedOf(imageOf({ ...body, id: '' }, shape), shape);
}

/** Bodies of other creates that may have created a record, by content and by name. */
class OtherCreates {
  readonly #bodies: BodyIndex;
  readonly #names = new Set<string>();
  readonly #shape: MatchShape;

  constructor(compare: Compare) {
    this.#bodies = new BodyIndex(compare);
    this.#shape = compare.shape;
  }

  add(body: WireBody): void {
    this.#bodies.add(body);
    for (const name of namedByBody(body, this.#shape).identity) this.#names.add(name);
  }

  has(content: string): boolean {
    return this.#bodies.has(content);
  }

  mayHaveMade({ spelled }: UnownedRecord): boolean {
    return this.#bodies.mayHaveMade(spelled);
  }

  areNamed(names: readonly string[]): boolean {
    return names.some((name) => this.#names.has(name));
  }
}

class CreateJudge {
  readonly #deps: JudgeDeps;
  readonly #records: RecordIndex;
  readonly #byId: ReadonlyMap<string, UnownedRecord>;
  readonly #byName = new Map<string, UnownedRecord[]>();
  readonly #taken = new Set<string>();
  readonly #inFlight: OtherCreates;
  readonly #unresolved: OtherCreates;
  readonly #judged: Judged[] = [];

  private constructor(unowned: readonly UnownedRecord[], deps: JudgeDeps) {
    const { compare, yielder } = deps;
    this.#deps = deps;
    const spelled = unowned.map((record) => record.spelled);
    this.#records = new RecordIndex(spelled, compare, yielder);
    this.#byId = new Map(unowned.map((record) => [record.image.id, record]));
    for (const record of unowned) {
      for (const name of record.identity) addTo(this.#byName, name, record);
    }
    this.#inFlight = new OtherCreates(compare);
    this.#unresolved = new OtherCreates(compare);
  }

  static async create(evidence: Evidence, deps: JudgeDeps): Promise<CreateJudge> {
    const { shape } = deps.compare;
    const unowned: UnownedRecord[] = [];
    for (const image of evidence.unowned) {
      unowned.push({ image, spelled: spelledImage(image), ...namedOf(image, shape) });
      await deps.yielder.yieldIfDue();
    }
    const judge = new CreateJudge(unowned, deps);
    for (const body of evidence.inFlight) judge.#inFlight.add(spelledBody(body));
    for (const body of evidence.unresolvedElsewhere) judge.#unresolved.add(spelledBody(body));
    await deps.yielder.yieldIfDue();
    return judge;
  }

  async judge(items: readonly ItemRecord[]): Promise<Judged[]> {
    const { shape, altered } = this.#deps.compare;
    let left: Lost[] = [];
    for (const item of items) {
      const body = spelledBody(bodyOf(item));
      left.push({ item, body, isUnclear: false, ...namedByBody(body, shape) });
      await this.#deps.yielder.yieldIfDue();
    }
    left = await this.#adopt(left, 'equal', new Set());
    if (altered.size > 0) {
      left = await this.#adopt(left, 'leftOut', altered);
      left = await this.#adopt(left, 'altered', altered);
    }
    if (shape.unsteadyFields.length > 0) await this.#noteUnclear(left);
    for (const lost of this.#nameByNumber(left)) this.#judgeRest(lost);
    return this.#judged;
  }

  /** Settles the creates that have matching records of the given degree; returns the others. */
  async #adopt(
    lost: readonly Lost[],
    likeness: Exclude<ContentMatch, 'unclear' | 'other'>,
    aside: ReadonlySet<string>,
  ): Promise<Lost[]> {
    const groups = new Map<string, Lost[]>();
    for (const each of lost) addTo(groups, contentOf(each.body, aside), each);
    // Creates with the most content choose first, since one with less may match their records too.
    const richest = [...groups].sort(([one], [other]) => other.length - one.length);
    const left = new Set<Lost>();
    for (const [content, group] of richest) {
      for (const each of await this.#adoptGroup(group, content, likeness)) left.add(each);
      await this.#deps.yielder.yieldIfDue();
    }
    return lost.filter((each) => left.has(each));
  }

  /**
   * For k lost creates of equal content and c matching records: c <= k adopts all c records, c > k decides
   * nothing. The group is postponed if a create of equal content is in flight, or if one of the records may
   * belong to a create in flight. If Billy stores a field in its own form, only one create with one record
   * is certain.
   */
  async #adoptGroup(
    group: readonly Lost[],
    content: string,
    likeness: ContentMatch,
  ): Promise<readonly Lost[]> {
    const [first] = group;
    if (first === undefined) return [];
    const alike = await this.#alike(first, likeness);
    if (this.#inFlight.has(content) || alike.some((each) => this.#inFlight.mayHaveMade(each))) {
      for (const { body } of group) this.#inFlight.add(body);
      return [];
    }
    if (alike.length === 0) return group;
    if (!this.#isSure(group, alike, likeness)) {
      for (const each of group) this.#leaveOpen(each);
      return [];
    }
    for (const [index, { image }] of alike.entries()) {
      const own = group[index];
      if (own !== undefined) this.#end(own, { kind: 'happened', image });
    }
    return group.slice(alike.length);
  }

  #isSure(
    group: readonly Lost[],
    alike: readonly UnownedRecord[],
    likeness: ContentMatch,
  ): boolean {
    if (alike.some((each) => this.#unresolved.mayHaveMade(each))) return false;
    return likeness === 'altered'
      ? alike.length === 1 && group.length === 1
      : alike.length <= group.length;
  }

  async #alike(lost: Lost, likeness: ContentMatch): Promise<UnownedRecord[]> {
    const { compare, yielder } = this.#deps;
    const alike: UnownedRecord[] = [];
    for (const { id } of await this.#records.find(lost.body)) {
      const record = this.#byId.get(id);
      if (record === undefined || this.#taken.has(id)) continue;
      const match = contentMatch(lost.body, record.spelled, compare);
      // A name that Billy alters proves nothing, so another name must be shared.
      const isNamed = likeness !== 'altered' || this.#isNamedAlike(lost, record);
      if (match === likeness && isNamed) alike.push(record);
      else if (match === likeness) lost.isUnclear = true;
      await yielder.yieldIfDue();
    }
    return alike;
  }

  #isNamedAlike(lost: Named, record: Named): boolean {
    const isName = (name: string): boolean => !name.startsWith('email ');
    return lost.identity.some((name) => isName(name) && record.identity.includes(name));
  }

  async #noteUnclear(lost: readonly Lost[]): Promise<void> {
    for (const each of lost) {
      if ((await this.#alike(each, 'unclear')).length > 0) each.isUnclear = true;
    }
  }

  /** Settles creates by a number that one new record and one lost create alone have; returns the others. */
  #nameByNumber(lost: readonly Lost[]): Lost[] {
    const counts = new Map<string, number>();
    for (const number of lost.flatMap(({ numbers }) => numbers)) {
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    return lost.filter((each) => {
      const own = each.numbers.filter((number) => counts.get(number) === 1);
      const found = new Set(own.flatMap((number) => this.#free(number)));
      const [only] = found;
      if (only === undefined || found.size > 1 || !this.#isNameSure(each, only)) return true;
      const likeness = contentMatch(each.body, only.spelled, this.#deps.compare);
      const isOwn = likeness !== 'other' && likeness !== 'unclear';
      this.#end(each, { kind: isOwn ? 'happened' : 'named', image: only.image });
      return false;
    });
  }

  #isNameSure(lost: Lost, { numbers }: UnownedRecord): boolean {
    const { shape } = this.#deps.compare;
    if (this.#inFlight.areNamed(lost.numbers) || this.#unresolved.areNamed(lost.numbers))
      return false;
    // A different number of the same kind means that it is another record.
    return shape.numberKeys.every((key) => {
      const isOfKey = (number: string): boolean => number.startsWith(`${key} `);
      const [ours, theirs] = [lost.numbers.filter(isOfKey), new Set(numbers.filter(isOfKey))];
      return ours.length * theirs.size === 0 || ours.some((number) => theirs.has(number));
    });
  }

  #free(name: string): UnownedRecord[] {
    return (this.#byName.get(name) ?? []).filter(({ image }) => !this.#taken.has(image.id));
  }

  #judgeRest(lost: Lost): void {
    const kin = lost.identity.flatMap((name) => this.#free(name));
    const isPostponed = kin.some(({ identity }) => this.#inFlight.areNamed(identity));
    if (isPostponed) this.#inFlight.add(lost.body);
    else if (kin.length > 0 || lost.isUnclear) this.#leaveOpen(lost);
    else this.#end(lost, { kind: 'absent' });
  }

  #leaveOpen(lost: Lost): void {
    this.#unresolved.add(lost.body);
    this.#end(lost, { kind: 'undecidable' });
  }

  #end({ item }: Lost, verdict: Verdict): void {
    if (verdict.kind === 'happened' || verdict.kind === 'named') {
      if (verdict.image !== null) this.#taken.add(verdict.image.id);
    }
    this.#judged.push({ item, verdict });
  }
}

/**
 * Judges all lost creates of one look together: no create takes a record that another has, or may have.
 * Creates missing in the result cannot be judged yet, because an equal create, or one of the same name, is
 * in flight.
 */
export async function judgeAllCreates(
  items: readonly ItemRecord[],
  evidence: Evidence,
  { shape, clock }: { readonly shape: MatchShape; readonly clock: Turning },
): Promise<Judged[]> {
  if (items.length === 0) return [];
  // A copy: other senders may add altered fields meanwhile, and one judgement must use one rule.
  const compare = { altered: new Set(evidence.altered), shape };
  const judge = await CreateJudge.create(evidence, {
    compare,
    yielder: new EventLoopYielder(clock),
  });
  return judge.judge(items);
}
