import type { Artifact, ArtifactKind, JsonObject } from '../../artifacts/model';
import { activityCountRule, dependencyRule, nestingRule } from '../../artifacts/lint/rules/dependencies';
import { sizeRule } from '../../artifacts/lint/rules/limits';
import { nameRule } from '../../artifacts/lint/rules/names';
import { readSurroundings } from '../../artifacts/lint/subject';
import { ServiceError, type Json } from '../http';

/** Of the rules for artifacts those that the service checks as well when one is published (azure-facts §6.3). */
const serviceRules = [nameRule, sizeRule, dependencyRule, nestingRule, activityCountRule];

/** Most parameters of a pipeline. */
const mostParameters = 50;

/**
 * Names, limits and nesting of an artifact that is published.
 * @throws ServiceError 400 with the first thing that is wrong
 */
export function refuseUnpublishable(kind: ArtifactKind, name: string, properties: Json): void {
  const artifact: Artifact = { kind, name, properties: properties as JsonObject, file: name };
  const surroundings = readSurroundings([artifact], []);
  const [subject] = surroundings.subjects;
  const findings = subject === undefined ? [] : serviceRules.flatMap(({ check }) => check(subject, surroundings));
  const [first] = findings;
  if (first !== undefined) throw refusal(first.problem);
  const { parameters } = properties;
  const count = typeof parameters === 'object' && parameters !== null ? Object.keys(parameters).length : 0;
  if (count > mostParameters)
    throw refusal(`The artifact has ${count} parameters; the service takes ${mostParameters}.`);
}

function refusal(message: string): ServiceError {
  return new ServiceError(400, 'BadRequest', message, 'flat');
}
