/** What a probe found out, in sentences, and what it means for BILLY_BULK_SAVE. */
import { isoTime } from '../core/clock.js';
import type { Capabilities } from '../model/capabilities.js';
import { fine, warning, type Check } from './check.js';

export interface Recommendation {
  readonly setting: 'BILLY_BULK_SAVE';
  readonly value: 'on' | 'off';
  readonly reason: string;
}

function advise(value: Recommendation['value'], reason: string): Recommendation {
  return { setting: 'BILLY_BULK_SAVE', value, reason };
}

/** `on` only where a batch is known to come out as a whole or not at all; the rest is a matter of speed. */
export function recommendationFor(found: Capabilities): Recommendation {
  switch (found.bulkSave) {
    case 'absent':
      return advise('off', 'Billy does not offer bulk save to this account.');
    case 'unclear':
      return advise('off', 'Bulk save did not do what it should.');
    case 'works':
      break;
  }
  if (found.isBulkSaveAtomic === false) {
    return advise('off', 'A refused record does not keep the rest of its batch out.');
  }
  if (found.isBulkSaveAtomic === null) {
    return advise('off', 'It is not known what a refused record does to the rest of its batch.');
  }
  const isSlower = found.echoesClientId !== true || found.errorsByClientId !== true;
  const slower = isSlower ? ' Rows that Billy refuses cost some requests more than usual.' : '';
  return advise(
    'on',
    `Bulk save works here: up to a hundred rows a request, all or nothing.${slower}`,
  );
}

const SAVE_WORDS = {
  works: 'Bulk save works.',
  absent: 'Billy does not offer bulk save.',
  unclear: 'Bulk save did not do what it should.',
} as const;

const DELETE_WORDS = {
  works: 'Bulk delete works.',
  absent: 'Billy does not offer bulk delete; records are deleted one by one.',
  unclear: 'Bulk delete did not do what it should; records are deleted one by one.',
} as const;

const ATOMIC_WORDS = [
  'a refused record keeps the whole batch out',
  'a refused record does not keep the rest of its batch out',
] as const;
const ECHO_WORDS = ['answers name the records', 'answers do not name the records'] as const;
const ERROR_WORDS = [
  'refusals name the records',
  'refusals do not name the records, which takes some requests more to find them',
] as const;

function wordsOf(is: boolean | null, [yes, no]: readonly [string, string]): string[] {
  if (is === null) return [];
  return [is ? yes : no];
}

export function saveSentence(found: Capabilities): string {
  const { bulkSave, isBulkSaveAtomic, echoesClientId, errorsByClientId } = found;
  const more = [
    ...wordsOf(isBulkSaveAtomic, ATOMIC_WORDS),
    ...wordsOf(echoesClientId, ECHO_WORDS),
    ...wordsOf(errorsByClientId, ERROR_WORDS),
  ];
  if (more.length === 0) return SAVE_WORDS[bulkSave];
  return `${SAVE_WORDS[bulkSave].slice(0, -1)}: ${more.join('; ')}.`;
}

export function deleteSentence(found: Capabilities): string {
  return DELETE_WORDS[found.bulkDelete];
}

/** What an earlier probe found out, beside the setting that it is about. */
export function rememberedCheck(found: Capabilities | null, setting: 'on' | 'off'): Check {
  const name = 'capabilities';
  if (found === null) {
    const message = 'What the account does with bulk requests is not known.';
    const hint = 'doctor --probe-writes finds out, on two contacts that it deletes again.';
    return setting === 'on' ? warning({ name, message, hint }) : fine({ name, message, hint });
  }
  const day = isoTime(found.probedAtMs)?.slice(0, 10) ?? '';
  const message = `As probed on ${day}: ${saveSentence(found)} ${deleteSentence(found)}`;
  const { value, reason } = recommendationFor(found);
  if (value === setting) return fine({ name, message });
  const hint = `${adviceFor(value)}: ${reason}`;
  return value === 'off' ? warning({ name, message, hint }) : fine({ name, message, hint });
}

export function adviceFor(value: Recommendation['value']): string {
  return value === 'on' ? 'Set BILLY_BULK_SAVE=on' : 'Leave BILLY_BULK_SAVE off';
}
