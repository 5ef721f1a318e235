import { Construct } from 'constructs';
import { AzapiResourceAction, type AzapiDataPlaneResource, type AzapiProvider } from '../core/azapi';
import type { ITerraformDependable } from '../core/cdktf';
import { artifactApiVersion } from './synapse-artifact';

export interface TriggerStateProps {
  readonly trigger: AzapiDataPlaneResource;
  readonly triggerName: string;
  /** Sends its requests to the development endpoint. */
  readonly development: AzapiProvider;
  readonly started: boolean;
  /** What a started trigger needs beside itself, such as approved endpoints (NET3). */
  readonly after: readonly ITerraformDependable[];
}

/**
 * Stops a trigger before it is changed or destroyed, which the service refuses while it is started, and starts it again
 * where it is to be started (providers-live §6). It is stopped everywhere, because a person may have started it by hand;
 * what says whether it is started is in the trigger itself, so that switching the schedule off changes, and stops, it.
 */
export class TriggerState extends Construct {
  constructor(scope: Construct, id: string, props: TriggerStateProps) {
    super(scope, id);
    const { trigger, triggerName, development, started, after } = props;
    const call = {
      // Only its version is used: the provider's resource manager is the workspace.
      type: `Microsoft.Resources/tenants@${artifactApiVersion}`,
      resourceId: '/',
      provider: development,
      lifecycle: { replaceTriggeredBy: [`${trigger.terraformResourceType}.${trigger.friendlyUniqueId}`] },
    };
    const stop = new AzapiResourceAction(this, 'Stop', {
      ...call,
      action: `triggers/${triggerName}/stop`,
      when: 'destroy',
      ignoreNotFound: true,
      dependsOn: [trigger],
    });
    if (!started) return;
    new AzapiResourceAction(this, 'Start', {
      ...call,
      action: `triggers/${triggerName}/start`,
      dependsOn: [stop, ...after],
    });
  }
}
