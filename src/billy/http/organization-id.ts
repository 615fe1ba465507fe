/**
 * Whether created records may name their organization. Billy's page requires `organizationId`, most
 * live clients send it, and a few were refused for it (billy-api.md section 1); a company token knows
 * it anyway. So it is sent until Billy refuses it, which is then learned once for all later creates.
 */
import type { BillyFailure } from '../failure.js';
import type { Collection, WireBody } from '../types.js';

const FIELD = 'organizationId';

/** Children belong to their parent's organization and have no such field. */
const OWNED: ReadonlySet<Collection> = new Set(['contacts', 'products', 'invoices']);

export class OrganizationIdRule {
  #state: 'open' | 'accepted' | 'refused' = 'open';

  /** Whether a create in this collection is sent with the field. */
  appliesTo(collection: Collection): boolean {
    return this.#state !== 'refused' && OWNED.has(collection);
  }

  addTo(body: WireBody, organizationId: string): WireBody {
    return { ...body, [FIELD]: organizationId };
  }

  accepted(): void {
    if (this.#state === 'open') this.#state = 'accepted';
  }

  /**
   * Whether creates that carried the field may have been refused because of it, and are free to go again.
   * Of several, refused without a reason, some may be saved for all anybody knows.
   */
  isSuspect(failure: BillyFailure, sent: { readonly isAlone: boolean }): boolean {
    if (failure.isPartial || this.#state === 'accepted') return false;
    return isAboutField(failure) || (failure.isWholeRecord && sent.isAlone);
  }

  /**
   * The same create went out again without the field. It was the culprit if that worked, or if Billy
   * had named it and now minds something else; anything else teaches nothing.
   */
  learn(suspicion: BillyFailure, second: BillyFailure | null): void {
    const isOtherCause = second?.isRecordRefused === true && !isAboutField(second);
    const isProven = second === null || (isAboutField(suspicion) && isOtherCause);
    if (isProven && this.#state === 'open') this.#state = 'refused';
  }
}

function isAboutField(failure: BillyFailure): boolean {
  return failure.isRecordRefused && Object.hasOwn(failure.attributes, FIELD);
}
