// Reports of jobs that name records by their ids: each row names its record, and amounts follow the dialect.
import { expect, it } from 'vitest';
import { calmWorld } from '../../support/engine-world.js';

it('an update by ids names the record, and writes its prices as the dialect does', async () => {
  const world = await calmWorld();
  const id = await world.plant('products', { name: 'Kaffe', productNo: 'P7' });
  await world.plant('productPrices', { productId: id, currencyId: 'DKK', unitPrice: 10 });
  const updates = [
    { id, changes: { unitPrice: '12.5' } },
    { id: 'gone', changes: { unitPrice: '9.125' } },
  ];
  const more = { resource: 'product', operation: 'update' } as const;
  const { id: jobId } = await world.start({ updates }, {}, more);
  await world.ended(jobId);
  const { preview } = await world.service.report(jobId, { scope: 'all', dialect: 'da' });
  const [header = '', first = '', second = ''] = preview.split(/\r?\n/);
  expect(header.split(';').slice(0, 4)).toEqual(['name', 'productNo', 'id', 'unitPrice']);
  expect(first.split(';').slice(0, 4)).toEqual(['Kaffe', 'P7', id, '12,50']);
  expect(first).toContain('"10,00" -> "12,50"'.replaceAll('"', '""'));
  // Three decimals could be thousands, so a fourth is written.
  expect(second.split(';').slice(0, 4)).toEqual(['', '', 'gone', '9,1250']);
  const plain = await world.service.report(jobId, { scope: 'all' });
  expect(plain.preview).toContain('12.5');
});

it('a deletion by ids names what it deletes', async () => {
  const world = await calmWorld();
  const held = { name: 'Bo', countryId: 'DK', isCustomer: true, contactNo: '9' };
  const id = await world.plant('contacts', held);
  const { id: jobId } = await world.start({ ids: [id] }, {}, { operation: 'delete' });
  await world.ended(jobId);
  const { preview } = await world.service.report(jobId, { scope: 'all' });
  expect(preview.split(/\r?\n/)[1]?.startsWith(`Bo,9,,${id}`)).toBe(true);
});

it('an update by ids shows values that were not there, and values that are cleared', async () => {
  const world = await calmWorld();
  const id = await world.plant('products', { name: 'Kaffe', productNo: 'P7', unit: 'pose' });
  await world.plant('productPrices', { productId: id, currencyId: 'DKK', unitPrice: 10 });
  const updates = [{ id, changes: { unitPrice: '3', currency: 'EUR', unit: null } }];
  const more = { resource: 'product', operation: 'update' } as const;
  const { id: jobId } = await world.start({ updates }, {}, more);
  await world.ended(jobId);
  const text = await world.service.reportText(jobId, 'all');
  const changes = 'unit: "pose" -> ""; unitPrice EUR: "" -> "3"';
  expect(text).toContain(changes.replaceAll('"', '""'));
});
