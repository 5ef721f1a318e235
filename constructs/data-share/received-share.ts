import { Construct, type IConstruct } from 'constructs';
import type { DataShareSettings } from '../../src/contract/environment-settings';
import { nameLimits, refuseName } from '../../src/contract/resource-names';
import { AzapiResource, AzapiResourceAction } from '../core/azapi';
import { DataShareAccount } from '../core/azurerm';
import { TerraformStack, Token, type ITerraformDependable } from '../core/cdktf';
import { ManagedIdentity } from '../core/grantee';
import { refuse } from '../core/refuse';
import type { ResourcePlace } from '../core/resource-id';
import type { IDataLake } from '../storage/data-lake';
import { shareApiVersion } from './share-api';
import { ShareMapping, mappingName } from './share-mapping';

export interface ReceivedShareProps {
  /** 3 to 90 letters, digits, `_` and `-`. */
  readonly accountName: string;
  readonly place: ResourcePlace;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Part of the subscription's name, as upstream writes it: `insights-<tenant id>`. */
  readonly tenantId: string;
  readonly settings: DataShareSettings;
  readonly dataLake: IDataLake;
  /** Where the account of the lake is. @default place */
  readonly lakePlace?: ResourcePlace;
  /** Whether Terraform may destroy account, subscription and mappings. @default false */
  readonly deletable?: boolean;
}

/** What receives Microsoft's share. */
export interface IReceivedShare extends IConstruct {
  /** ARM id of the Data Share account. */
  readonly accountId: string;
}

type ActiveSettings = Exclude<DataShareSettings, { mode: 'off' }>;

/** A first copy may be a term's worth of activity. */
const fullCopyTimeout = '4h';

/**
 * The Data Share account and, once there is an invitation, its subscription with a mapping per data set, the trigger, and
 * the first full copy (OWN2). It outlives the disposable stack, because a second acceptance is not documented (OWN1).
 *
 * The account is there in mode `off` too: the invited person needs it to accept in the portal. Mode `accept` does that in
 * the plan, with that person's own token; a service principal cannot accept what was mailed to a person. Mode `adopt` takes
 * over what that person accepted, and never writes it.
 *
 * @example
 * new ReceivedShare(this, 'ReceivedShare', { ...where, settings: { mode: 'off' }, dataLake });
 */
export class ReceivedShare extends Construct implements IReceivedShare {
  readonly accountId: string;
  private readonly lifecycle: { readonly preventDestroy: boolean };

  constructor(scope: Construct, id: string, props: ReceivedShareProps) {
    super(scope, id);
    this.validateAccountName(props.accountName);
    this.lifecycle = { preventDestroy: !(props.deletable ?? false) };

    const account = this.createAccount(props);
    this.accountId = account.id;
    if (props.settings.mode === 'off') return;

    this.validateDataSets(props.settings.dataSets);
    const grants = props.dataLake.oea.grantReadWrite(new ManagedIdentity('DataShare', account.identity.principalId));
    const subscription = this.createSubscription(props.settings, props.tenantId);
    const mappings = this.createMappings(props, props.settings, subscription, grants);
    this.createTrigger(props.settings, subscription, mappings);
    this.copyAllOnce(subscription, mappings);
  }

  private createAccount(props: ReceivedShareProps): DataShareAccount {
    // The service gives tag names back in lower case, and azurerm refuses others.
    const tags = Object.entries(props.tags).map(([key, value]) => [key.toLowerCase(), value]);
    return new DataShareAccount(this, 'Resource', {
      name: props.accountName,
      resourceGroupName: props.place.resourceGroupName,
      location: props.location,
      tags: Object.fromEntries(tags) as Record<string, string>,
      identity: { type: 'SystemAssigned' },
      lifecycle: this.lifecycle,
    });
  }

  private createSubscription(settings: ActiveSettings, tenantId: string): AzapiResource {
    const adopted = settings.mode === 'adopt';
    const name = `insights-${tenantId}`;
    const subscription = new AzapiResource(this, 'Subscription', {
      type: `Microsoft.DataShare/accounts/shareSubscriptions@${shareApiVersion}`,
      name,
      parentId: this.accountId,
      body: {
        properties: { invitationId: settings.invitationId, sourceShareLocation: settings.sourceLocation },
      },
      // An import leaves the body unknown to the state, and the update that follows would accept a second time.
      lifecycle: { ...this.lifecycle, ...(adopted ? { ignoreChanges: ['body'] } : {}) },
    });
    if (adopted) this.adopt(subscription, `${this.accountId}/shareSubscriptions/${name}`);
    return subscription;
  }

  /** Written into the stack, because the library's own import starts terraform during synthesis to ask its version. */
  private adopt(resource: AzapiResource, id: string): void {
    const to = `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
    TerraformStack.of(this).addOverride('import', [{ to, id: `${id}?api-version=${shareApiVersion}` }]);
  }

  private createMappings(
    props: ReceivedShareProps,
    settings: ActiveSettings,
    subscription: AzapiResource,
    grants: readonly ITerraformDependable[],
  ): readonly AzapiResource[] {
    // A scope of their own, because their ids are the sender's words.
    const scope = new Construct(this, 'Mappings');
    return settings.dataSets.map((dataSetName) => {
      const id = mappingName(dataSetName);
      return new ShareMapping(scope, id, {
        subscriptionId: subscription.id,
        dataSetName,
        dataLake: props.dataLake,
        lakePlace: props.lakePlace ?? props.place,
        dependsOn: grants,
        deletable: props.deletable ?? false,
      }).resource;
    });
  }

  private createTrigger(
    settings: ActiveSettings,
    subscription: AzapiResource,
    mappings: readonly AzapiResource[],
  ): void {
    new AzapiResource(this, 'Trigger', {
      type: `Microsoft.DataShare/accounts/shareSubscriptions/triggers@${shareApiVersion}`,
      name: 'schedule',
      parentId: subscription.id,
      body: {
        kind: 'ScheduleBased',
        properties: {
          recurrenceInterval: settings.schedule.interval,
          synchronizationTime: settings.schedule.time,
          synchronizationMode: 'Incremental',
        },
      },
      dependsOn: [...mappings],
    });
  }

  private copyAllOnce(subscription: AzapiResource, mappings: readonly AzapiResource[]): void {
    new AzapiResourceAction(this, 'FirstCopy', {
      type: `Microsoft.DataShare/accounts/shareSubscriptions@${shareApiVersion}`,
      resourceId: subscription.id,
      action: 'synchronize',
      body: { synchronizationMode: 'FullSync' },
      createTimeout: fullCopyTimeout,
      dependsOn: [...mappings],
    });
  }

  private validateAccountName(name: string): void {
    if (Token.isUnresolved(name) || refuseName('dataShareAccount', name) === undefined) return;
    const { minimumLength, maximumLength, rule } = nameLimits.dataShareAccount;
    throw refuse(this, 'accountName', name, `must be ${minimumLength} to ${maximumLength} characters of ${rule}`);
  }

  /** Names that differ in other characters only would be one mapping. */
  private validateDataSets(names: readonly string[]): void {
    const ids = names.map((name) => mappingName(name).toLowerCase());
    if (names.length > 0 && !ids.includes('') && new Set(ids).size === ids.length) return;
    throw refuse(this, 'dataSets', names, 'must be at least one, each with letters and digits of its own');
  }
}
