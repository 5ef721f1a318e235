import { resolveLinkedService } from '../data/linked-service';
import { databaseOf } from '../data/sql-connection';
import { toText } from '../expression/content';
import { isObject, toJson, type Value } from '../expression/value';
import type { ActivityType } from '../run/activity-type';
import { runSql } from './run-sql';

/**
 * Calls a stored procedure. `sp_executesql` is how pipelines run any statement: its first parameter is the text, whatever
 * it is called.
 */
export const storedProcedure: ActivityType = {
  type: 'SqlServerStoredProcedure',
  kind: 'execution',
  run: async (context) => {
    const { activity, run, scope } = context;
    const service = resolveLinkedService(activity.linkedServiceName, run.artifacts, scope);
    const name = toText(context.property('storedProcedureName'));
    const given = context.property('storedProcedureParameters');
    const parameters = Object.entries(isObject(given) ? given : {}).map(
      ([key, parameter]) => [key, valueOf(parameter)] as const,
    );
    context.setInput({ storedProcedureName: name, storedProcedureParameters: given });
    const isStatement = /(^|\.)\[?sp_executesql\]?$/i.test(name);
    await runSql(context, {
      linkedService: service.name,
      database: databaseOf(service),
      text: isStatement
        ? toText(parameters[0]?.[1] ?? null)
        : callText(
            name,
            parameters.map(([key]) => key),
          ),
      parameters: isStatement ? {} : Object.fromEntries(parameters.map(([key, value]) => [key, toJson(value)])),
    });
    return { effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime' };
  },
};

/** A parameter is written `{value, type}`. */
function valueOf(parameter: Value): Value {
  return isObject(parameter) && Object.hasOwn(parameter, 'value') ? (parameter['value'] ?? null) : parameter;
}

function callText(name: string, parameters: readonly string[]): string {
  const list = parameters.map((parameter) => `@${parameter} = @${parameter}`).join(', ');
  return `EXEC ${name}${list === '' ? '' : ` ${list}`}`;
}
