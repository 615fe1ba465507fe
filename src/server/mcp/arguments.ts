/**
 * Checks the size and depth of a call's arguments before their schema does. A schema reports each fault of each
 * element, which takes minutes for a million of them.
 */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { quote } from '../../core/text.js';

/** A mark in place of arguments that were too large to be read. No tool has an argument of this name. */
const REFUSED_KEY = 'billy-bulk-mcp/refused-arguments';

const PATH_CHARS = 60;

/** Assigning this key changes the prototype instead of adding a member, so schemas drop it silently. */
const FORBIDDEN_KEY = '__proto__';

/** Returns the mark for arguments that were not read; `checkArguments` refuses it. */
export function refusedArguments(why: keyof typeof REFUSALS): Readonly<Record<string, string>> {
  return { [REFUSED_KEY]: why };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Replaces the arguments of a message by a mark if they have the forbidden key, which the SDK would drop silently. */
export function withoutForbiddenKey<T>(message: T): T {
  const params = isObject(message) ? message['params'] : null;
  const args = isObject(params) ? params['arguments'] : null;
  if (!isObject(params) || !isObject(args) || !Object.hasOwn(args, FORBIDDEN_KEY)) return message;
  return { ...message, params: { ...params, arguments: refusedArguments('key') } };
}

function tooMany(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `Arguments may hold at most ${String(LIMITS.messageMembersMax)} members in a list or object, and ${String(LIMITS.messageValuesMax)} in all.`,
    hint: 'Save the rows as a file and pass filePath.',
  });
}

function tooLong(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `Arguments may hold at most ${String(LIMITS.argumentCharsMax)} characters in a text, and ${String(LIMITS.argumentsCharsMax)} in all.`,
    hint: 'Save the content as a file and pass filePath.',
  });
}

function tooDeep(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The arguments are nested too deeply.',
    hint: 'Follow the input schema of the tool.',
  });
}

function forbiddenKey(path: readonly string[]): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The arguments have a key that cannot be a column or an option.',
    hint: 'Rename or remove that key.',
    detail: quote(path.join('.'), PATH_CHARS),
  });
}

const REFUSALS = {
  many: tooMany,
  deep: tooDeep,
  key: () => forbiddenKey([FORBIDDEN_KEY]),
} as const;

function refusalFor(why: unknown): InputError {
  if (why === 'key' || why === 'deep') return REFUSALS[why]();
  return REFUSALS.many();
}

interface Open {
  readonly container: object;
  readonly path: readonly string[];
}

function checkContainer({ container, path }: Open): [string, unknown][] {
  if (path.length > LIMITS.messageDepthMax) throw tooDeep();
  // Counted before its entries are copied.
  const isLongList = Array.isArray(container) && container.length > LIMITS.messageMembersMax;
  if (isLongList) throw tooMany();
  const members = Object.entries(container);
  if (members.length > LIMITS.messageMembersMax) throw tooMany();
  for (const [key] of members) if (key === FORBIDDEN_KEY) throw forbiddenKey([...path, key]);
  return members;
}

/** The characters of the members' names and texts; throws if one is too long. */
function charsIn(members: readonly [string, unknown][]): number {
  let chars = 0;
  for (const [key, value] of members) {
    const length = typeof value === 'string' ? value.length : 0;
    if (Math.max(key.length, length) > LIMITS.argumentCharsMax) throw tooLong();
    chars += key.length + length;
  }
  return chars;
}

/** Throws `INPUT_TOO_LARGE` or `INPUT_INVALID` for arguments that must not reach a schema. */
export function checkArguments(args: unknown): void {
  if (typeof args !== 'object' || args === null) return;
  if (Object.hasOwn(args, REFUSED_KEY)) throw refusalFor(Reflect.get(args, REFUSED_KEY));
  const open: Open[] = [{ container: args, path: [] }];
  let values = 0;
  let chars = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const members = checkContainer(next);
    values += members.length;
    if (values > LIMITS.messageValuesMax) throw tooMany();
    chars += charsIn(members);
    if (chars > LIMITS.argumentsCharsMax) throw tooLong();
    for (const [key, value] of members) {
      if (typeof value === 'object' && value !== null) {
        open.push({ container: value, path: [...next.path, key] });
      }
    }
  }
}
