/** How many arguments a function takes; `most` is undefined where there is no upper limit. */
export interface FunctionArity {
  /** As the service's documentation spells it. */
  readonly name: string;
  readonly least: number;
  readonly most?: number;
}

/**
 * Every function of the expression language (azure-facts §6.4), one line for each of its sections: `name`, then the
 * least and the largest number of arguments, `*` for any number.
 */
const functionTable = `
  concat 1 *, endsWith 2 2, guid 0 1, indexOf 2 2, lastIndexOf 2 2, replace 3 3, split 2 2, startsWith 2 2,
  substring 2 3, toLower 1 1, toUpper 1 1, trim 1 1,
  contains 2 2, empty 1 1, first 1 1, intersection 1 *, join 2 2, last 1 1, length 1 1, skip 2 2, take 2 2, union 1 *,
  and 2 2, equals 2 2, greater 2 2, greaterOrEquals 2 2, if 3 3, less 2 2, lessOrEquals 2 2, not 1 1, or 2 2,
  array 1 1, base64 1 1, base64ToBinary 1 1, base64ToString 1 1, binary 1 1, bool 1 1, coalesce 1 *, createArray 1 *,
  dataUri 1 1, dataUriToBinary 1 1, dataUriToString 1 1, decodeBase64 1 1, decodeDataUri 1 1, decodeUriComponent 1 1,
  encodeUriComponent 1 1, float 1 1, int 1 1, json 1 1, string 1 1, uriComponent 1 1, uriComponentToBinary 1 1,
  uriComponentToString 1 1, xml 1 1, xpath 2 2,
  add 2 2, div 2 2, max 1 *, min 1 *, mod 2 2, mul 2 2, rand 2 2, range 2 2, sub 2 2,
  addDays 2 3, addHours 2 3, addMinutes 2 3, addSeconds 2 3, addToTime 3 4, convertFromUtc 2 3, convertTimeZone 3 4,
  convertToUtc 2 3, dayOfMonth 1 1, dayOfWeek 1 1, dayOfYear 1 1, formatDateTime 1 2, getFutureTime 2 3,
  getPastTime 2 3, startOfDay 1 2, startOfHour 1 2, startOfMonth 1 2, subtractFromTime 3 4, ticks 1 1, utcNow 0 1`;

/** What an expression can ask its surroundings for; written like functions. */
const rootTable = `
  pipeline 0 0, variables 1 1, activity 1 1, item 0 0, dataset 0 0, linkedService 0 0, trigger 0 0, triggerBody 0 0,
  triggerOutputs 0 0`;

/** All functions, by lower-case name. */
export const expressionFunctions: ReadonlyMap<string, FunctionArity> = readTable(functionTable);

/** The roots `pipeline()`, `variables('x')`, `activity('x')` …, by lower-case name. */
export const expressionRoots: ReadonlyMap<string, FunctionArity> = readTable(rootTable);

function readTable(table: string): ReadonlyMap<string, FunctionArity> {
  return new Map(
    table.split(',').map((entry) => {
      const [name = '', least = '', most = ''] = entry.trim().split(' ');
      const arity = { name, least: Number(least), ...(most === '*' ? {} : { most: Number(most) }) };
      return [name.toLowerCase(), arity];
    }),
  );
}
