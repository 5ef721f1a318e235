import { asObject } from '../definition';
import { InsightsError } from '../../contract/errors';
import { toText } from '../expression/content';
import { isObject } from '../expression/value';
import type { ActivityContext, ActivityType, ChildRun } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Runs another pipeline; with `waitOnCompletion` it fails when that one does, and gives what that one returns. */
export const executePipeline: ActivityType = {
  type: 'ExecutePipeline',
  kind: 'control',
  run: async (context) => {
    const { typeProperties } = context.activity;
    const name = toText(context.evaluate(asObject(typeProperties['pipeline'])['referenceName']));
    const given = context.property('parameters');
    const parameters = isObject(given) ? given : {};
    context.setInput({ pipeline: { referenceName: name }, parameters });
    const child = startChild(context, name, parameters);
    const output = { pipelineName: child.pipelineName, pipelineRunId: child.runId };
    if (typeProperties['waitOnCompletion'] !== true) return output;
    const { status, message, returnValue } = await child.ended();
    if (status === 'Failed') throw new ActivityFailure('BadRequest', message);
    if (status === 'Cancelled') {
      throw new ActivityFailure('BadRequest', `The pipeline run '${child.runId}' was cancelled.`);
    }
    return returnValue === null ? output : { ...output, pipelineReturnValue: returnValue };
  },
};

function startChild(
  context: ActivityContext,
  name: string,
  parameters: Parameters<ActivityContext['run']['startChild']>[1],
): ChildRun {
  try {
    return context.run.startChild(name, parameters);
  } catch (error) {
    if (error instanceof InsightsError) throw new ActivityFailure('BadRequest', error.message);
    throw error;
  }
}
