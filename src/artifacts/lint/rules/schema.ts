import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import activitySchema from '../../schemas/activity.schema.json';
import commonSchema from '../../schemas/common.schema.json';
import datasetSchema from '../../schemas/dataset.schema.json';
import linkedServiceSchema from '../../schemas/linked-service.schema.json';
import pipelineSchema from '../../schemas/pipeline.schema.json';
import triggerSchema from '../../schemas/trigger.schema.json';
import { projectSchemas } from '../../../contract/project-schemas';
import type { ArtifactKind, JsonObject } from '../../model';
import type { RuleFinding } from '../finding';
import { below, textAt } from '../json';
import type { ArtifactRule } from '../rule';
import { propertiesPointer, type Subject } from '../subject';

/** Schema of each kind that has one; notebooks are made by our own wrapper, scripts are text. */
const schemas: Partial<Record<ArtifactKind, { readonly $id: string; readonly definitions: object }>> = {
  pipelines: pipelineSchema,
  datasets: datasetSchema,
  linkedservices: linkedServiceSchema,
  triggers: triggerSchema,
};

/** Kinds whose schema has a definition for each `type`; of a pipeline, its activities have. */
const typedKinds: Partial<Record<ArtifactKind, string>> = {
  datasets: 'data set',
  linkedservices: 'linked service',
  triggers: 'trigger',
};

/** Definitions of activity.schema.json that are no type of activity. */
const helperDefinitions: ReadonlySet<string> = new Set(['control', 'location']);

const ajv = new Ajv({
  ...projectSchemas,
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  verbose: true,
});
for (const schema of [commonSchema, activitySchema, ...Object.values(schemas)]) ajv.addSchema(schema);

/**
 * The service takes unknown members, and misspelt ones, without a word: our own schemas, of the activity types in use,
 * do not (providers-live §2: nothing checks the body before it is sent).
 */
export const schemaRule: ArtifactRule = {
  id: 'schema',
  demand: 'Artifacts and their activities have the form that is documented for their type (azure-facts §6.2).',
  check: (subject) => [
    ...checkArtifact(subject),
    ...subject.activities.flatMap(({ json, pointer }) => checkTyped(activitySchema, json, pointer, 'activity')),
  ],
};

function checkArtifact({ artifact: { kind, properties } }: Subject): readonly RuleFinding[] {
  const schema = schemas[kind];
  if (schema === undefined) return [];
  const noun = typedKinds[kind];
  if (noun !== undefined) return checkTyped(schema, properties, propertiesPointer, noun);
  return validate(schema.$id, properties, propertiesPointer);
}

/** Against the schema of all, and against the definition of its type. */
function checkTyped(
  schema: { readonly $id: string; readonly definitions: object },
  json: JsonObject,
  pointer: string,
  noun: string,
): readonly RuleFinding[] {
  const type = textAt(json, 'type');
  const findings = validate(schema.$id, json, pointer);
  if (type === undefined) return findings;
  if (Object.hasOwn(schema.definitions, type) && !helperDefinitions.has(type)) {
    return [...findings, ...validate(`${schema.$id}#/definitions/${type}`, json, pointer)];
  }
  const known = Object.keys(schema.definitions).filter((name) => !helperDefinitions.has(name));
  return [
    ...findings,
    {
      pointer: below(pointer, 'type'),
      problem: `There is no schema for the ${noun} type ${type}.`,
      mend: `Use ${known.join(', ')}, or describe the type in src/artifacts/schemas/${schema.$id}.`,
    },
  ];
}

function validate(reference: string, json: JsonObject, pointer: string): readonly RuleFinding[] {
  const check = ajv.getSchema(reference) as ValidateFunction;
  check(json);
  // `if` repeats what its branch has said.
  return (check.errors ?? []).filter(({ keyword }) => keyword !== 'if').map((error) => finding(error, pointer));
}

function finding(error: ErrorObject, pointer: string): RuleFinding {
  const place = `${pointer}${error.instancePath}`;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return {
        pointer: place,
        problem: `The member ${String(params['missingProperty'])} is missing.`,
        mend: 'Add it.',
      };
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      return {
        pointer: below(place, name),
        problem: `The member ${name} is not known here.`,
        mend: `Remove it, or write one of ${known.join(', ')}.`,
      };
    }
    case 'false schema':
      return { pointer: place, problem: 'This type does not have that member.', mend: 'Remove it.' };
    case 'enum':
      return {
        pointer: place,
        problem: 'The value is not one of those that the service takes.',
        mend: `Write one of ${(params['allowedValues'] as string[]).join(', ')}.`,
      };
    case 'const':
      return {
        pointer: place,
        problem: 'The value is not the one that is allowed here.',
        mend: `Write ${String(params['allowedValue'])}.`,
      };
    case 'type':
      return {
        pointer: place,
        problem: 'The value has another type.',
        mend: `Write a value of type ${String(params['type'])}.`,
      };
    case 'pattern':
      return {
        pointer: place,
        problem: 'The value has another form.',
        mend: `Write ${String(error.parentSchema?.['description'])}.`,
      };
    case 'minItems':
      return {
        pointer: place,
        problem: 'The list is too short.',
        mend: `Write at least ${String(params['limit'])}, or leave it out.`,
      };
    default:
      return { pointer: place, problem: `The value ${error.message ?? error.keyword}.`, mend: 'Correct it.' };
  }
}
