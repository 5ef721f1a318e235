import { Construct } from 'constructs';
import { AzapiResourceAction, AzapiUpdateResource, type AzapiResource } from './azapi';
import type { ITerraformDependable } from './cdktf';

export interface AzapiSingletonProps {
  /** What it is a part of. */
  readonly parent: AzapiResource;
  /** `Microsoft.Synapse/workspaces/administrators@2021-06-01`. */
  readonly type: string;
  /** The name that Azure fixes, such as `default`. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly dependsOn?: readonly ITerraformDependable[];
  /** Answers to writing that are tried again, as Go regular expressions. @default none */
  readonly retryOn?: readonly string[];
}

/**
 * A part of a resource that exists once, under a fixed name, and may or may not answer before it is first written.
 * azapi_resource refuses what is there already and azapi_update_resource what is not there yet, so it is written once by a
 * plain PUT, and kept as it is from then on by an update that compares it with every plan. Destroying it leaves it alone:
 * it ends with what it is a part of.
 */
export class AzapiSingleton extends Construct {
  /** What is there once the setting holds. */
  readonly resource: ITerraformDependable;

  constructor(scope: Construct, id: string, props: AzapiSingletonProps) {
    super(scope, id);
    const { parent, type, name, body, dependsOn = [], retryOn } = props;
    const [path = ''] = type.split('@');
    const resourceId = `${parent.id}/${path.slice(path.lastIndexOf('/') + 1)}/${name}`;
    const what = { type, resourceId, body, ...(retryOn === undefined ? {} : { retryOn }) };

    const written = new AzapiResourceAction(this, 'Write', {
      ...what,
      method: 'PUT',
      dependsOn: [...dependsOn],
      // A parent that is made again has the same id, and none of its parts.
      lifecycle: { replaceTriggeredBy: [`${parent.terraformResourceType}.${parent.friendlyUniqueId}.id`] },
    });
    this.resource = new AzapiUpdateResource(this, 'Resource', { ...what, dependsOn: [written] });
  }
}
