/**
 * Learns whether created records may carry `organizationId`. Billy's page requires it, most live clients send
 * it, and a few were refused for it (billy-api.md section 1); a company token implies it anyway. So it is sent
 * until Billy refuses it once; later creates leave it out.
 */
import type { BillyFailure } from '../failure.js';
import type { Collection, WireBody } from '../types.js';

const FIELD = 'organizationId';

/** Children belong to their parent's organization and have no such field. */
const OWNED: ReadonlySet<Collection> = new Set(['contacts', 'products', 'invoices']);

export class OrganizationIdRule {
  #state: 'open' | 'accepted' | 'refused' = 'open';

  /** True if a create in this collection is sent with the field. */
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
   * True if creates with the field may have been refused because of it, and may be sent again. If several
   * records were refused without a reason, Billy may have saved some of them, so they are not sent again.
   */
  isSuspect(failure: BillyFailure, sent: { readonly isAlone: boolean }): boolean {
    if (failure.isPartial || this.#state === 'accepted') return false;
    return isAboutField(failure) || (failure.isWholeRecord && sent.isAlone);
  }

  /**
   * Takes the result of the same create without the field. The field was the cause if that worked, or if
   * Billy had named the field and now names another cause. Any other result proves nothing.
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
