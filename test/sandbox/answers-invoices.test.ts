// Each answer about invoices to what billy-api.md section 12 corrects, the recorded one and the other.
import { describe, expect, it } from 'vitest';
import { each, under } from './support/choices.js';
import { createInvoice, createProduct, textValue, value, type Driver } from './support/driver.js';

describe('an invoice', () => {
  async function invoiceWith(driver: Driver, fields: Record<string, unknown>): Promise<unknown> {
    const answer = await createInvoice(driver, fields);
    return value(answer, 'invoices.0');
  }

  it('shows lines gross or net under incl, and counts them from 1 or 0', async () => {
    const choices = [
      { lineAmount: 'gross', firstPriority: 1 },
      { lineAmount: 'net', firstPriority: 0 },
    ] as const;
    const found = await each(choices, async (driver) => {
      const answer = await createInvoice(driver, { taxMode: 'incl' });
      const { amount, tax, priority } = value(answer, 'invoiceLines.0') as Record<string, unknown>;
      return [amount, tax, priority, value(answer, 'invoices.0.amount')];
    });
    expect(found).toEqual([
      [100, 20, 1, 80],
      [80, 20, 0, 80],
    ]);
  });

  it('has a balance as a draft, or none', async () => {
    const found = await under('draftBalance', ['gross', 'zero'], (driver) =>
      invoiceWith(driver, {}),
    );
    expect(found).toMatchObject([
      { grossAmount: 125, balance: 125, isPaid: false, invoiceNo: null, approvedTime: null },
      { balance: 0, isPaid: false },
    ]);
  });

  it('describes its lines by product and text, cut, or by the first text', async () => {
    const found = await under('lineDescription', ['joined', 'first'], async (driver) => {
      const productId = await createProduct(driver, { name: 'Kop' });
      const told = async (descriptions: readonly string[]) => {
        const lines = descriptions.map((description) => ({ productId, unitPrice: 1, description }));
        const invoice = await invoiceWith(driver, { lines });
        return (invoice as Record<string, unknown>)['lineDescription'];
      };
      return [await told(['rød', '']), await told(['x'.repeat(70), 'y'.repeat(70)])];
    });
    expect(found[0]?.[0]).toBe('Kop: rød, Kop');
    expect(found[0]?.[1]).toBe(`Kop: ${'x'.repeat(70)}...`);
    expect(found[1]).toEqual(['rød', 'x'.repeat(70)]);
  });

  it('is due some days after the end of the month, or at no day', async () => {
    const terms = { paymentTermsMode: 'netEndOfMonth', paymentTermsDays: 7 };
    const found = await under('netEndOfMonth', ['computed', 'noDueDate'], (driver) =>
      invoiceWith(driver, { entryDate: '2024-12-23', ...terms }),
    );
    expect(found).toMatchObject([{ dueDate: '2025-01-07' }, { dueDate: null }]);
  });

  it('takes other terms as a draft, with another due date, and as an approved one none', async () => {
    const found = await under('draftTerms', ['writable', 'immutable'], async (driver) => {
      const terms = { paymentTermsMode: 'net', paymentTermsDays: 8 };
      const answer = await createInvoice(driver, { entryDate: '2024-02-01', ...terms });
      const path = `/invoices/${textValue(answer, 'invoices.0.id')}`;
      const put = (invoice: Record<string, unknown>) => driver.put(path, { invoice });
      const changed = await put({ paymentTermsDays: 30 });
      const dueDate = value(await driver.get(path), 'invoice.dueDate');
      await put({ state: 'approved' });
      return [changed.status, dueDate, (await put({ paymentTermsDays: 9 })).status];
    });
    expect(found).toEqual([
      [200, '2024-03-02', 422],
      [422, '2024-02-09', 422],
    ]);
  });

  it('of a closed period is refused when it is approved, or taken', async () => {
    const choices = (['refuse', 'accept'] as const).map((answer) => ({
      lockedDateApproval: answer,
      settledPeriodApproval: answer,
    }));
    const found = await each(choices, async (driver) => {
      const { control } = driver.sandbox;
      control.thirdParty({ action: 'settle-return', changes: { date: '2024-02-01' } });
      control.thirdParty({ action: 'set-locking-date', changes: { date: '2023-06-30' } });
      const statuses: number[] = [];
      for (const entryDate of ['2024-02-01', '2023-06-30', '2023-07-01']) {
        const draft = await createInvoice(driver, { entryDate });
        const path = `/invoices/${textValue(draft, 'invoices.0.id')}`;
        const approved = await driver.put(path, { invoice: { state: 'approved' } });
        const created = await createInvoice(driver, { entryDate, state: 'approved' });
        expect(created.status).toBe(approved.status);
        statuses.push(draft.status, approved.status);
      }
      return statuses;
    });
    expect(found).toEqual([
      [200, 422, 200, 422, 200, 200],
      [200, 200, 200, 200, 200, 200],
    ]);
  });
});
