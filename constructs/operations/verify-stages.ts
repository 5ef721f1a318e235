import type { Construct } from 'constructs';
import { Operation, type OperationProps } from './operation';

/**
 * `insights verify` on the lake as a step of the plan; it reads only, and a failed check fails the deployment.
 *
 * @example
 * new VerifyStages(this, 'Verify', { input: { blobEndpoint, workspace, dataVersion, profile, contentHash }, after: [run] });
 */
export class VerifyStages extends Operation<'verify-stages'> {
  constructor(scope: Construct, id: string, props: OperationProps<'verify-stages'>) {
    super(scope, id, {
      ...props,
      name: 'verify-stages',
      runsAgainFor: ['blobEndpoint', 'workspace', 'dataVersion', 'profile', 'salt', 'contentHash'],
      undone: false,
    });
  }
}
