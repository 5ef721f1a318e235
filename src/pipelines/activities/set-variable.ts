import { asList, asObject } from '../definition';
import { parseTemplate, referencesOf } from '../../artifacts/expression';
import type { JsonValue } from '../../artifacts/model';
import { toText } from '../expression/content';
import { fromJson, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Sets a variable, or the values that ExecutePipeline gives back to the pipeline above. */
export const setVariable: ActivityType = {
  type: 'SetVariable',
  kind: 'control',
  run: async (context) => {
    const { typeProperties } = context.activity;
    if (typeProperties['setSystemVariable'] === true) return setReturnValue(context);
    const name = toText(fromJson(typeProperties['variableName'] ?? ''));
    refuseSelfReference(context, name);
    const value = context.property('value');
    context.run.variables.set(name, value);
    context.setInput({ variableName: name, value });
    return { name, value };
  },
};

/** Adds an item to an array variable. */
export const appendVariable: ActivityType = {
  type: 'AppendVariable',
  kind: 'control',
  run: async (context) => {
    const name = toText(fromJson(context.activity.typeProperties['variableName'] ?? ''));
    const value = context.property('value');
    context.run.variables.append(name, value);
    context.setInput({ variableName: name, value });
    return { name, value };
  },
};

function setReturnValue(context: ActivityContext): Value {
  const entries = asList(context.activity.typeProperties['value']).map((entry) => {
    const { key, value } = asObject(entry);
    return [toText(context.evaluate(key)), returnValue(context, value)] as const;
  });
  const value = Object.fromEntries(entries);
  context.run.addReturnValues(value);
  context.setInput({ variableName: 'pipelineReturnValue', value });
  return { name: 'pipelineReturnValue', value };
}

/** `{type: "String" | "Expression" | "Int" | "Array" …, content}` of a return value. */
function returnValue(context: ActivityContext, json: JsonValue | undefined): Value {
  const { type, content } = asObject(json);
  if (type === 'Null') return null;
  if (type === 'Array') return asList(content).map((item) => returnValue(context, item));
  if (type === 'Object') {
    const entries = asList(content).map((entry) => {
      const { key, value } = asObject(entry);
      return [toText(context.evaluate(key)), returnValue(context, value)] as const;
    });
    return Object.fromEntries(entries);
  }
  return type === 'Expression' ? context.evaluate(content) : fromJson(content ?? null);
}

/** The service refuses a variable that is set from itself: use a second variable, or AppendVariable. */
function refuseSelfReference({ activity }: ActivityContext, name: string): void {
  const isSelf = templatesIn(activity.typeProperties['value']).some((text) =>
    referencesOf(parseTemplate(text)).some(
      (reference) => reference.root === 'variables' && reference.name?.toLowerCase() === name.toLowerCase(),
    ),
  );
  if (!isSelf) return;
  throw new ActivityFailure(
    'BadRequest',
    `The inputs of activity '${activity.name}' of type 'SetVariable' are not valid. Self reference is not supported ` +
      `when updating the value of variable '${name}'.`,
  );
}

function templatesIn(json: JsonValue | undefined): string[] {
  if (typeof json === 'string') return [json];
  if (typeof json !== 'object' || json === null) return [];
  return Object.values(json as Readonly<Record<string, JsonValue>>).flatMap(templatesIn);
}
