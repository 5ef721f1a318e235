import type { Construct } from 'constructs';
import { Operation, type OperationProps } from './operation';

/**
 * Waits until the development endpoint lets the deployer in. A firewall rule or role that is reported as done takes minutes
 * to work (ORDER1), and azapi does not try its first question again (providers-live §3): every resource on the endpoint
 * comes after this. A workspace made anew has the same name, so `again` should carry its identity.
 *
 * @example
 * new AwaitWorkspace(this, 'AwaitWorkspace', {
 *   input: { workspaceName, developmentEndpoint, stabilitySeconds: 60, timeoutSeconds: 1800 }, after: wayIn,
 *   again: { identity: workspace.identity.principals[0].objectId },
 * });
 */
export class AwaitWorkspace extends Operation<'await-workspace'> {
  constructor(scope: Construct, id: string, props: OperationProps<'await-workspace'>) {
    super(scope, id, {
      ...props,
      name: 'await-workspace',
      runsAgainFor: ['workspaceName', 'developmentEndpoint'],
      undone: false,
    });
  }
}
