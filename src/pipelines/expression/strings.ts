import type { FunctionTable } from './arguments';
import { toText } from './content';
import { EvaluationError, notValid, usage } from './evaluation-error';

/**
 * Position by position, as .NET does it: what has no other case of one character (`ß`) stays, and an offset found is an
 * offset in the text.
 */
function eachCharacter(text: string, change: (character: string) => string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const changed = change(text.charAt(index));
    return changed.length === 1 ? changed : text.charAt(index);
  }).join('');
}

function upper(text: string): string {
  return eachCharacter(text, (character) => character.toUpperCase());
}

const guidForms: Readonly<Record<string, (guid: string) => string>> = {
  D: (guid) => guid,
  N: (guid) => guid.replaceAll('-', ''),
  B: (guid) => `{${guid}}`,
  P: (guid) => `(${guid})`,
  X: (guid) => {
    const digits = guid.replaceAll('-', '');
    const bytes = (digits.slice(16).match(/../g) ?? []).map((byte) => `0x${byte}`);
    return `{0x${digits.slice(0, 8)},0x${digits.slice(8, 12)},0x${digits.slice(12, 16)},{${bytes.join(',')}}}`;
  },
};

/** The service compares without regard to case in indexOf, lastIndexOf, startsWith and endsWith, and only there. */
export const stringFunctions: FunctionTable = {
  concat: ({ values }) => values.map(toText).join(''),
  endsWith: (given) => upper(given.string(0)).endsWith(upper(given.string(1))),
  guid: (given, { newGuid }) => {
    const form = guidForms[given.optionalString(0, 'D').toUpperCase()];
    if (form === undefined) throw notValid('guid', 'The format must be one of D, N, B, P and X.');
    return form(newGuid());
  },
  indexOf: (given) => BigInt(upper(given.string(0)).indexOf(upper(given.string(1)))),
  lastIndexOf: (given) => BigInt(upper(given.string(0)).lastIndexOf(upper(given.string(1)))),
  replace: (given) => {
    const old = given.string(1);
    if (old === '') throw notValid('replace', 'The string to replace is empty.');
    return given.string(0).replaceAll(old, () => given.string(2));
  },
  split: (given) => {
    const [text, delimiter] = [given.string(0), given.string(1)];
    return delimiter === '' ? [text] : text.split(delimiter);
  },
  startsWith: (given) => upper(given.string(0)).startsWith(upper(given.string(1))),
  substring: (given) => {
    const text = given.string(0);
    const start = given.integer(1);
    const length = given.has(2) ? given.integer(2) : BigInt(text.length) - start;
    if (start < 0n || length < 0n || start + length > BigInt(text.length)) {
      throw new EvaluationError(
        "The template language function 'substring' parameters are out of range: 'start index' and 'length' must be " +
          `non-negative integers and their sum must be no larger than the length of the string.${usage('substring')}`,
      );
    }
    return text.slice(Number(start), Number(start + length));
  },
  toLower: (given) => eachCharacter(given.string(0), (character) => character.toLowerCase()),
  toUpper: (given) => upper(given.string(0)),
  trim: (given) => given.string(0).trim(),
};
