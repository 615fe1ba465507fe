/** Puts the result of a probe into sentences, and recommends a value for BILLY_BULK_SAVE. */
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

/** Recommends `on` only if Billy saves a batch as a whole or not at all. The other facts affect only speed. */
export function recommendationFor(found: Capabilities): Recommendation {
  switch (found.bulkSave) {
    case 'absent':
      return advise('off', 'Billy does not offer bulk save to this account.');
    case 'unclear':
      return advise('off', 'Bulk save did not work as expected.');
    case 'works':
      break;
  }
  if (found.isBulkSaveAtomic === false) {
    return advise('off', 'If Billy refuses one record of a batch, it may still save the others.');
  }
  if (found.isBulkSaveAtomic === null) {
    return advise(
      'off',
      'It is unknown if Billy saves the others when it refuses one record of a batch.',
    );
  }
  const isSlower = found.echoesClientId !== true || found.errorsByClientId !== true;
  const slower = isSlower ? ' Rows that Billy refuses cost a few more requests than usual.' : '';
  return advise(
    'on',
    `Bulk save works here: up to a hundred rows per request, all or nothing.${slower}`,
  );
}

const SAVE_WORDS = {
  works: 'Bulk save works.',
  absent: 'Billy does not offer bulk save.',
  unclear: 'Bulk save did not work as expected.',
} as const;

const DELETE_WORDS = {
  works: 'Bulk delete works.',
  absent: 'Billy does not offer bulk delete; records are deleted one by one.',
  unclear: 'Bulk delete did not work as expected; records are deleted one by one.',
} as const;

const ATOMIC_WORDS = [
  'one refused record makes Billy refuse the whole batch',
  'Billy may save the rest of a batch when it refuses one record',
] as const;
const ECHO_WORDS = ['answers name the records', 'answers do not name the records'] as const;
const ERROR_WORDS = [
  'refusals name the records',
  'refusals do not name the records, so finding them takes a few more requests',
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

/** A check with the result of an earlier probe, compared with the setting. */
export function rememberedCheck(found: Capabilities | null, setting: 'on' | 'off'): Check {
  const name = 'capabilities';
  if (found === null) {
    const message = 'It is unknown how the account handles bulk requests.';
    const hint = 'doctor --probe-writes tests it with two contacts, which it deletes again.';
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
