import type { Construct } from 'constructs';
import { Operation, type OperationProps } from './operation';

/**
 * Runs a pipeline to its end as a step of the plan; a run that fails fails the deployment, with the activity that did.
 * It runs again when its parameters change, or what `contentHash` stands for.
 *
 * @example
 * new RunPipeline(this, 'FirstRun', { input: { ...workspace, pipelineName: artifacts.pipeline('0_main_insights'), … } });
 */
export class RunPipeline extends Operation<'run-pipeline'> {
  constructor(scope: Construct, id: string, props: OperationProps<'run-pipeline'>) {
    super(scope, id, {
      ...props,
      name: 'run-pipeline',
      runsAgainFor: ['workspaceName', 'developmentEndpoint', 'pipelineName', 'parameters', 'contentHash'],
      undone: false,
    });
  }
}
