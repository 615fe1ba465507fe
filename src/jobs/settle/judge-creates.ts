/**
 * Which new records of Billy's were made by creates whose answer was lost. A record that equals what was
 * sent is adopted. Absent needs that no new record that nobody owns shares an identity key or the name
 * with the lost create: people edit a record soon after it was made, and Billy keeps values in forms of
 * its own, so one differing field makes no stranger of it. What shares a number, and one only, is named.
 */
import type { WireBody } from '../../billy/types.js';
import { EventLoopYielder, type Turning } from '../../core/event-loop.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { spelledBody, spelledImage } from '../../resources/definition/spelling.js';
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import {
  addTo,
  BodyIndex,
  contentOf,
  contentMatch,
  RecordIndex,
  type Compare,
  type ContentMatch,
  type MatchShape,
} from './content-match.js';
import { type Judged, type Evidence, type Verdict } from './judge-lost-writes.js';
import { bodyOf } from '../job/item-steps.js';

/** What names a record, read off the record or off the body that makes it. */
interface Named {
  /** Its own numbers. */
  readonly numbers: readonly string[];
  /** Numbers, e-mails and name: what it shares with any record that may be the same one. */
  readonly identity: readonly string[];
}

interface UnownedRecord extends Named {
  readonly image: RecordImage;
  readonly spelled: RecordImage;
}

interface Lost extends Named {
  readonly item: ItemRecord;
  readonly body: WireBody;
  /** A record may be its own, but for a field that proves nothing. */
  isUnclear: boolean;
}

interface Means {
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

/** Bodies of other creates that a record may be of: by what they say, and by what names them. */
class Others {
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
  readonly #means: Means;
  readonly #records: RecordIndex;
  readonly #byId: ReadonlyMap<string, UnownedRecord>;
  readonly #byName = new Map<string, UnownedRecord[]>();
  readonly #taken = new Set<string>();
  readonly #underWay: Others;
  readonly #contested: Others;
  readonly #judged: Judged[] = [];

  private constructor(unowned: readonly UnownedRecord[], means: Means) {
    const { compare, yielder } = means;
    this.#means = means;
    const spelled = unowned.map((stranger) => stranger.spelled);
    this.#records = new RecordIndex(spelled, compare, yielder);
    this.#byId = new Map(unowned.map((stranger) => [stranger.image.id, stranger]));
    for (const stranger of unowned) {
      for (const name of stranger.identity) addTo(this.#byName, name, stranger);
    }
    this.#underWay = new Others(compare);
    this.#contested = new Others(compare);
  }

  static async over(seen: Evidence, means: Means): Promise<CreateJudge> {
    const { shape } = means.compare;
    const unowned: UnownedRecord[] = [];
    for (const image of seen.unowned) {
      unowned.push({ image, spelled: spelledImage(image), ...namedOf(image, shape) });
      await means.yielder.yieldIfDue();
    }
    const judge = new CreateJudge(unowned, means);
    for (const body of seen.inFlight) judge.#underWay.add(spelledBody(body));
    for (const body of seen.unresolvedElsewhere) judge.#contested.add(spelledBody(body));
    await means.yielder.yieldIfDue();
    return judge;
  }

  async judge(items: readonly ItemRecord[]): Promise<Judged[]> {
    const { shape, altered } = this.#means.compare;
    let left: Lost[] = [];
    for (const item of items) {
      const body = spelledBody(bodyOf(item));
      left.push({ item, body, isUnclear: false, ...namedByBody(body, shape) });
      await this.#means.yielder.yieldIfDue();
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

  /** Ends those of equal content that have records of the given likeness; answers with the others. */
  async #adopt(
    lost: readonly Lost[],
    likeness: Exclude<ContentMatch, 'unclear' | 'other'>,
    aside: ReadonlySet<string>,
  ): Promise<Lost[]> {
    const groups = new Map<string, Lost[]>();
    for (const each of lost) addTo(groups, contentOf(each.body, aside), each);
    // Those that say most choose first, since a poorer one may be like their records.
    const richest = [...groups].sort(([one], [other]) => other.length - one.length);
    const left = new Set<Lost>();
    for (const [content, group] of richest) {
      for (const each of await this.#adoptGroup(group, content, likeness)) left.add(each);
      await this.#means.yielder.yieldIfDue();
    }
    return lost.filter((each) => left.has(each));
  }

  /**
   * For k lost creates of equal content and c such records: c <= k adopts c of them, c > k decides
   * nothing. Equal content under way right now postpones the group, and so does a record that may be
   * that of a create under way. Where Billy keeps a field in a form of its own, only one of each is sure.
   */
  async #adoptGroup(
    group: readonly Lost[],
    content: string,
    likeness: ContentMatch,
  ): Promise<readonly Lost[]> {
    const [first] = group;
    if (first === undefined) return [];
    const alike = await this.#alike(first, likeness);
    if (this.#underWay.has(content) || alike.some((each) => this.#underWay.mayHaveMade(each))) {
      for (const { body } of group) this.#underWay.add(body);
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
    if (alike.some((each) => this.#contested.mayHaveMade(each))) return false;
    return likeness === 'altered'
      ? alike.length === 1 && group.length === 1
      : alike.length <= group.length;
  }

  async #alike(lost: Lost, likeness: ContentMatch): Promise<UnownedRecord[]> {
    const { compare, yielder } = this.#means;
    const alike: UnownedRecord[] = [];
    for (const { id } of await this.#records.find(lost.body)) {
      const stranger = this.#byId.get(id);
      if (stranger === undefined || this.#taken.has(id)) continue;
      const is = contentMatch(lost.body, stranger.spelled, compare);
      // A name that Billy alters proves nothing: some other name must be shared then.
      const isNamed = likeness !== 'altered' || this.#isNamedAlike(lost, stranger);
      if (is === likeness && isNamed) alike.push(stranger);
      else if (is === likeness) lost.isUnclear = true;
      await yielder.yieldIfDue();
    }
    return alike;
  }

  #isNamedAlike(lost: Named, stranger: Named): boolean {
    const isName = (name: string): boolean => !name.startsWith('email ');
    return lost.identity.some((name) => isName(name) && stranger.identity.includes(name));
  }

  async #noteUnclear(lost: readonly Lost[]): Promise<void> {
    for (const each of lost) {
      if ((await this.#alike(each, 'unclear')).length > 0) each.isUnclear = true;
    }
  }

  /** A number that one new record carries, and one lost create only, names it; answers with the others. */
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
      const likeness = contentMatch(each.body, only.spelled, this.#means.compare);
      const isOwn = likeness !== 'other' && likeness !== 'unclear';
      this.#end(each, { kind: isOwn ? 'happened' : 'named', image: only.image });
      return false;
    });
  }

  #isNameSure(lost: Lost, { numbers }: UnownedRecord): boolean {
    const { shape } = this.#means.compare;
    if (this.#underWay.areNamed(lost.numbers) || this.#contested.areNamed(lost.numbers))
      return false;
    // Another number of the same kind makes it somebody else's.
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
    const isPostponed = kin.some(({ identity }) => this.#underWay.areNamed(identity));
    if (isPostponed) this.#underWay.add(lost.body);
    else if (kin.length > 0 || lost.isUnclear) this.#leaveOpen(lost);
    else this.#end(lost, { kind: 'absent' });
  }

  #leaveOpen(lost: Lost): void {
    this.#contested.add(lost.body);
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
 * All lost creates of one look: none takes a record that another has, or may have. Those missing in the
 * answer cannot be told yet, because an equal create, or one of the same name, is under way.
 */
export async function judgeAllCreates(
  items: readonly ItemRecord[],
  seen: Evidence,
  { shape, clock }: { readonly shape: MatchShape; readonly clock: Turning },
): Promise<Judged[]> {
  if (items.length === 0) return [];
  // Others may learn of further altered fields meanwhile: one judgement, one rule.
  const compare = { altered: new Set(seen.altered), shape };
  const judge = await CreateJudge.over(seen, { compare, yielder: new EventLoopYielder(clock) });
  return judge.judge(items);
}
