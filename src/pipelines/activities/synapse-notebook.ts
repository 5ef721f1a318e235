import type { JsonValue } from '../../artifacts/model';
import { asObject } from '../definition';
import { toText } from '../expression/content';
import { isObject, toJson, type Value } from '../expression/value';
import type { ActivityContext, ActivityType } from '../run/activity-type';
import { bindParameters } from '../run/parameters';
import { ActivityFailure } from '../run/records';

/** Runs a notebook; what it gives to `mssparkutils.notebook.exit` is `output.status.Output.result.exitValue`. */
export const synapseNotebook: ActivityType = {
  type: 'SynapseNotebook',
  kind: 'execution',
  run: async (context) => {
    const { activity, run } = context;
    const reference = asObject(activity.typeProperties['notebook'])['referenceName'];
    const notebook = toText(context.evaluate(reference));
    const pool = toText(context.evaluate(asObject(activity.typeProperties['sparkPool'])['referenceName']));
    const parameters = readParameters(context);
    context.setInput({ notebook, sparkPool: pool, parameters });
    if (run.artifacts.find('notebooks', notebook) === undefined) {
      throw new ActivityFailure('6002', `The notebook '${notebook}' was not found.`);
    }
    const exitValue = await runNotebook(context, notebook, pool, parameters);
    const result = { runId: run.newId(), runStatus: 'Succeeded', sessionId: 1n, sparkPool: pool, exitValue };
    return {
      status: { Status: 1n, Output: { status: 'Succeeded', result, output: '', error: '' } },
      effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime',
      executionDuration: 0n,
      durationInQueue: { integrationRuntimeQueue: 0n },
    };
  },
};

/** `{name: {value, type}}`, each of the type that it says. */
function readParameters(context: ActivityContext): Readonly<Record<string, Value>> {
  const written = asObject(context.activity.typeProperties['parameters']);
  const definitions = Object.entries(written).map(([name, parameter]) => {
    const { type } = asObject(parameter);
    return { name, type: typeof type === 'string' ? type.toLowerCase() : 'string', defaultValue: undefined };
  });
  const values = Object.entries(written).map(([name, parameter]) => {
    const value: JsonValue | undefined = asObject(parameter)['value'];
    return [name, context.evaluate(value)] as const;
  });
  return bindParameters(definitions, Object.fromEntries(values));
}

async function runNotebook(
  context: ActivityContext,
  notebook: string,
  pool: string,
  parameters: Readonly<Record<string, Value>>,
): Promise<string> {
  const { run, signal } = context;
  const json = toJson(parameters);
  try {
    return await run.ports.notebooks.run({
      notebook,
      parameters: isObject(parameters) ? (json as Readonly<Record<string, JsonValue>>) : {},
      sparkPool: pool === '' ? undefined : pool,
      pipelineRunId: run.runId,
      clock: run.clock,
      signal,
    });
  } catch (error) {
    throw new ActivityFailure('6002', error instanceof Error ? error.message : 'The notebook failed.');
  }
}
