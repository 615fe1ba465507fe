/** What a look at Billy says about lost writes, from what was sent, what was there and what is there now. */
import type { WireBody } from '../billy/types.js';
import { childrenOf, relationOf, sameValue } from '../resources/image.js';
import type { ItemRecord, RecordImage, Scalar, Step } from '../store/types.js';
import {
  BodyIndex,
  contentOf,
  likenessOf,
  RecordIndex,
  type Compare,
  type LikenessShape,
} from './likeness.js';
import { Breather, type Turning } from '../core/breather.js';
import { stepsOf } from './work.js';

/** What a look at Billy says about one lost write. */
export type Verdict =
  /** `image` is null for a deletion: nothing is there any more. */
  | { readonly kind: 'happened'; readonly image: RecordImage | null }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecidable' };

export interface Judged {
  readonly item: ItemRecord;
  readonly verdict: Verdict;
}

/** The step that is next or under way. */
export function stepOf(item: ItemRecord): Step | null {
  return stepsOf(item)[item.step] ?? null;
}

export interface Look {
  /** Records that nobody is known to own and that were not there before. */
  readonly strangers: readonly RecordImage[];
  readonly byId: ReadonlyMap<string, RecordImage | null>;
  /** Creates that are under way right now; a stranger may be theirs. */
  readonly underWay: readonly WireBody[];
  readonly altered: ReadonlySet<string>;
  /** Creates whose job ended before it knew; a stranger may be theirs. */
  readonly contested: readonly WireBody[];
}

/** What is sent by the step that is next or under way. */
export function bodyOf(item: ItemRecord): WireBody {
  return stepOf(item)?.body ?? {};
}

/** Lost creates of equal content; those that say most come first, as a poorer one may be like theirs. */
async function groupsOf(
  items: readonly ItemRecord[],
  { compare, breather }: Means,
): Promise<[content: string, items: ItemRecord[]][]> {
  const groups = new Map<string, ItemRecord[]>();
  for (const item of items) {
    const content = contentOf(bodyOf(item), compare.altered);
    const group = groups.get(content);
    if (group === undefined) groups.set(content, [item]);
    else group.push(item);
    await breather.breathe();
  }
  return [...groups].sort(([one], [other]) => other.length - one.length);
}

interface Means {
  readonly compare: Compare;
  readonly breather: Breather;
}

/** The lost creates of one look, group by group. */
class CreateJudge {
  readonly #means: Means;
  readonly #strangers: RecordIndex;
  readonly #taken = new Set<string>();
  readonly #underWay: BodyIndex;
  readonly #contested: BodyIndex;

  private constructor(seen: Look, means: Means) {
    const { compare, breather } = means;
    this.#means = means;
    this.#strangers = new RecordIndex(seen.strangers, compare, breather);
    this.#underWay = new BodyIndex(compare);
    this.#contested = new BodyIndex(compare);
  }

  static async over(seen: Look, means: Means): Promise<CreateJudge> {
    const judge = new CreateJudge(seen, means);
    for (const body of seen.underWay) {
      judge.#underWay.add(body);
      await means.breather.breathe();
    }
    for (const body of seen.contested) {
      judge.#contested.add(body);
      await means.breather.breathe();
    }
    return judge;
  }

  /**
   * For k lost creates of equal content and c such strangers: c <= k adopts c of them, c > k decides
   * nothing. Equal content under way right now postpones the group (null), and so does a stranger that
   * may be that of a create under way.
   */
  async judge(content: string, group: readonly ItemRecord[]): Promise<(Verdict | null)[]> {
    const [first] = group;
    if (first === undefined) return [];
    const body = bodyOf(first);
    const { equal, isUnclear } = await this.#alike(body);
    if (this.#underWay.has(content) || (await this.#isOneOf(this.#underWay, equal))) {
      this.#underWay.add(body);
      return group.map(() => null);
    }
    if (isUnclear || equal.length > group.length || (await this.#isOneOf(this.#contested, equal))) {
      this.#contested.add(body);
      return group.map(() => ({ kind: 'undecidable' }));
    }
    for (const { id } of equal) this.#taken.add(id);
    return group.map((_, index) => {
      const image = equal[index];
      return image === undefined ? { kind: 'absent' } : { kind: 'happened', image };
    });
  }

  async #alike(body: WireBody): Promise<{ equal: RecordImage[]; isUnclear: boolean }> {
    const { compare, breather } = this.#means;
    const equal: RecordImage[] = [];
    let isUnclear = false;
    for (const image of await this.#strangers.find(body)) {
      if (this.#taken.has(image.id)) continue;
      const likeness = likenessOf(body, image, compare);
      if (likeness === 'equal') equal.push(image);
      if (likeness === 'unclear') isUnclear = true;
      await breather.breathe();
    }
    return { equal, isUnclear };
  }

  async #isOneOf(bodies: BodyIndex, images: readonly RecordImage[]): Promise<boolean> {
    for (const image of images) {
      if (bodies.mayHaveMade(image)) return true;
      await this.#means.breather.breathe();
    }
    return false;
  }
}

/** All lost creates of one look: none takes a stranger that another has, or may have. */
export async function judgeAllCreates(
  items: readonly ItemRecord[],
  seen: Look,
  { shape, clock }: { readonly shape: LikenessShape; readonly clock: Turning },
): Promise<Judged[]> {
  // Others may learn of further altered fields meanwhile: one judgement, one rule.
  const compare = { altered: new Set(seen.altered), shape };
  const means = { compare, breather: new Breather(clock) };
  const judge = await CreateJudge.over(seen, means);
  const judged: Judged[] = [];
  for (const [content, group] of await groupsOf(items, means)) {
    const verdicts = await judge.judge(content, group);
    for (const [index, item] of group.entries()) {
      const verdict = verdicts[index] ?? null;
      if (verdict !== null) judged.push({ item, verdict });
    }
    await means.breather.breathe();
  }
  return judged;
}

function holds(
  fields: Readonly<Record<string, Scalar>>,
  sent: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(sent).every(([key, value]) => sameValue(fields[key], value as Scalar));
}

function judgeFields(
  step: Step,
  now: Readonly<Record<string, Scalar>> | null,
  before: Readonly<Record<string, Scalar>> | null,
): 'happened' | 'absent' | 'undecidable' {
  if (now === null) return 'undecidable';
  if (holds(now, step.body)) return 'happened';
  const keys = Object.keys(step.body);
  const wasSo = before !== null && keys.every((key) => sameValue(now[key], before[key]));
  return wasSo ? 'absent' : 'undecidable';
}

interface Compared {
  readonly step: Step;
  readonly now: RecordImage;
  readonly before: RecordImage;
}

function verdictOf(kind: Verdict['kind'], image: RecordImage | null): Verdict {
  return kind === 'happened' ? { kind, image } : { kind };
}

function judgeChildUpdate({ step, now, before }: Compared, relation: string): Verdict {
  const childIn = (image: RecordImage): Readonly<Record<string, Scalar>> | null =>
    childrenOf(image, relation).find(({ id }) => id === step.id)?.fields ?? null;
  return verdictOf(judgeFields(step, childIn(now), childIn(before)), now);
}

function judgeChildCreate(
  { step, now, before }: Compared,
  relation: string,
  names: readonly string[],
): Verdict {
  const sent = Object.fromEntries(Object.entries(step.body).filter(([key]) => names.includes(key)));
  const known = new Set(childrenOf(before, relation).map(({ id }) => id));
  const fresh = childrenOf(now, relation).filter(
    (child) => !known.has(child.id) && holds(child.fields, sent),
  );
  if (fresh.length > 1) return { kind: 'undecidable' };
  return verdictOf(fresh.length === 1 ? 'happened' : 'absent', now);
}

/** The step takes the record itself away, not one of its children. */
export function isRemoval(step: Step, shape: LikenessShape): boolean {
  return step.kind === 'remove' && relationOf(shape, step.collection) === null;
}

/** A lost deletion, a lost update of a record or a lost write of one of its children, seen in the record as it is now. */
export function judgeChange(
  item: ItemRecord,
  now: RecordImage | null,
  shape: LikenessShape,
): Verdict {
  const step = stepOf(item);
  const before = item.after ?? item.before;
  if (step !== null && isRemoval(step, shape)) {
    return verdictOf(now === null ? 'happened' : 'absent', null);
  }
  if (step === null || now === null || before === null) return { kind: 'undecidable' };
  const relation = relationOf(shape, step.collection);
  if (relation === null) return verdictOf(judgeFields(step, now.fields, before.fields), now);
  const compared = { step, now, before };
  if (step.kind === 'update') return judgeChildUpdate(compared, relation);
  return judgeChildCreate(compared, relation, shape.relations[relation]?.fields ?? []);
}
