import { Construct } from 'constructs';
import type { ITerraformDependable } from '../core/cdktf';
import type { IGrantee } from '../core/grantee';
import { grantSynapseRole, type ISynapseGrants, type SynapseRole } from './synapse-roles';

type Dependables = readonly ITerraformDependable[];

/** What a workspace of ours and one that was there before have in common: addresses that follow from the name, and grants. */
export abstract class WorkspaceBase extends Construct implements ISynapseGrants {
  abstract readonly workspaceName: string;
  /** The name as those see it who wait for the workspace by referring to it. */
  protected abstract readonly reference: string;

  get developmentHost(): string {
    return `${this.reference}.dev.azuresynapse.net`;
  }

  get developmentEndpoint(): string {
    return `https://${this.developmentHost}`;
  }

  get sqlEndpoint(): string {
    return `${this.reference}-ondemand.sql.azuresynapse.net`;
  }

  grantAdminister(grantee: IGrantee, after: Dependables): Dependables {
    return this.grant('administer', grantee, after);
  }

  grantPublish(grantee: IGrantee, after: Dependables): Dependables {
    return this.grant('publish', grantee, after);
  }

  grantRun(grantee: IGrantee, after: Dependables): Dependables {
    return [...this.grant('compute', grantee, after), ...this.grant('credential', grantee, after)];
  }

  grantRead(grantee: IGrantee, after: Dependables): Dependables {
    return this.grant('read', grantee, after);
  }

  private grant(role: SynapseRole, grantee: IGrantee, after: Dependables): Dependables {
    const { workspaceName, developmentHost } = this;
    return grantSynapseRole(this, grantee, { role, workspaceName, developmentHost, after });
  }
}
