/** The sums of invoices: of one, and of a job. */
import { addDecimals, inCents } from '../core/decimal.js';

/** The sums of one invoice, as decimals with two places. */
export interface Money {
  readonly currency: string;
  /** Without VAT; null: not known. */
  readonly net: string | null;
  /** With VAT; null: not known. */
  readonly gross: string | null;
  /** The invoice is approved, which is final. */
  readonly isFinal: boolean;
}

export interface MoneyTotal {
  readonly currency: string;
  readonly net: string | null;
  readonly gross: string | null;
}

/** The sums of a job's invoices. */
export interface JobMoney {
  /** Number of invoices that will be approved, or were. */
  readonly final: number;
  readonly totals: readonly MoneyTotal[];
}

function sum(left: string | null, right: string | null): string | null {
  return left === null || right === null ? null : inCents(addDecimals(left, right));
}

/** Sums invoices by currency, in memory that does not grow with their number. */
export class MoneySum {
  readonly #totals = new Map<string, MoneyTotal>();
  #final = 0;

  add({ currency, net, gross, isFinal }: Money): void {
    const before = this.#totals.get(currency) ?? { currency, net: '0', gross: '0' };
    const total = { currency, net: sum(before.net, net), gross: sum(before.gross, gross) };
    this.#totals.set(currency, total);
    if (isFinal) this.#final += 1;
  }

  result(): JobMoney {
    return { final: this.#final, totals: [...this.#totals.values()] };
  }
}
