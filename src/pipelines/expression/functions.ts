import type { FunctionTable } from './arguments';
import { collectionFunctions } from './collections';
import { conversionFunctions } from './conversions';
import { dateFunctions } from './dates';
import { encodingFunctions } from './encodings';
import { logicFunctions } from './logic';
import { numberFunctions } from './numbers';
import { stringFunctions } from './strings';
import { xmlFunctions } from './xml-functions';

/** Every function of azure-facts §6.4, except the four that do not evaluate all their arguments (evaluate.ts). */
const functions: FunctionTable = {
  ...stringFunctions,
  ...collectionFunctions,
  ...logicFunctions,
  ...conversionFunctions,
  ...encodingFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...xmlFunctions,
};

/** By lower-case name; `name` is the documentation's spelling, which messages use. */
export const functionsByName = new Map(
  Object.entries(functions).map(([name, call]) => [name.toLowerCase(), { name, call }]),
);
