import type { Construct } from 'constructs';
import { TerraformDataSource, TerraformProvider, TerraformResource, Token, type TerraformMetaArguments } from './cdktf';

/**
 * The resources of the azapi provider that we use, typed by hand: no bindings of it exist for this library. Attributes are
 * written as the provider spells them; `body` is an object and may contain tokens at any depth.
 */
const generator = { providerName: 'azapi', providerVersion: '2.12.0', providerVersionConstraint: '2.12.0' };

/** Both spellings of azapi's export: paths, or names with a JMESPath each (`output.<name>`). */
export type ExportValues = readonly string[] | Readonly<Record<string, string>>;

export interface AzapiProviderConfig {
  /** Needed from the second provider of a stack on. */
  readonly alias?: string;
  /**
   * Sends everything to this host instead of Azure's resource manager, with a token for this audience: how the development
   * endpoint of a workspace is reached. @default Azure's resource manager
   */
  readonly endpoint?: { readonly url: string; readonly audience: string };
}

/** Registers no resource providers (OWN5) and exports nothing that was not asked for. */
export class AzapiProvider extends TerraformProvider {
  private readonly aliasOfThis: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly config: AzapiProviderConfig = {},
  ) {
    super(scope, id, {
      terraformResourceType: 'azapi',
      terraformGeneratorMetadata: generator,
      terraformProviderSource: 'Azure/azapi',
    });
    this.aliasOfThis = config.alias;
  }

  // An accessor, because assigning `alias` to the base class is lost, and resources then use the default provider.
  override get alias(): string | undefined {
    return this.aliasOfThis;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { endpoint } = this.config;
    return {
      ...(this.aliasOfThis === undefined ? {} : { alias: this.aliasOfThis }),
      skip_provider_registration: true,
      disable_default_output: true,
      ...(endpoint === undefined
        ? {}
        : {
            endpoint: [{ resource_manager_endpoint: endpoint.url, resource_manager_audience: endpoint.audience }],
          }),
    };
  }
}

/** What every azapi resource has beside its own settings. */
export interface AzapiCommonConfig extends TerraformMetaArguments {
  /** `Microsoft.DataShare/accounts@2021-08-01`. */
  readonly type: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** @default nothing is exported */
  readonly exportValues?: ExportValues;
  /** Time limit of the creation, such as `5m`. @default the provider's, 30m */
  readonly createTimeout?: string;
  /** Answers to writing that are tried again until the time limit, as Go regular expressions. @default none */
  readonly retryOn?: readonly string[];
}

export interface AzapiResourceConfig extends AzapiCommonConfig {
  readonly name: string;
  /** ARM id, or for a data-plane resource the host without a scheme. */
  readonly parentId: string;
}

/** What resources of the resource manager have, and those of a data plane have not. */
export interface AzapiManagedResourceConfig extends AzapiResourceConfig {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** An identity that Azure makes with the resource; `principalId` is its object id. @default none */
  readonly identity?: 'SystemAssigned';
  /** For services that give ids back in lower case, which would be a change with every plan. @default false */
  readonly ignoreCasing?: boolean;
}

export interface AzapiUpdateResourceConfig extends AzapiCommonConfig {
  readonly resourceId: string;
}

export interface AzapiResourceActionConfig extends AzapiCommonConfig {
  readonly resourceId: string;
  /** Last part of the URL, such as `synchronize`. @default the resource itself */
  readonly action?: string;
  /** @default POST */
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** @default apply */
  readonly when?: 'apply' | 'destroy';
  /** Whether it is as good as done where there is nothing to call. @default false */
  readonly ignoreNotFound?: boolean;
}

abstract class AzapiBase extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    config: AzapiCommonConfig,
    private readonly attributes: Readonly<Record<string, unknown>>,
  ) {
    super(scope, id, { ...config, terraformResourceType, terraformGeneratorMetadata: generator });
  }

  get id(): string {
    return this.getStringAttribute('id');
  }

  /** A value of `exportValues` by its name. */
  output(name: string): string {
    return Token.asString(this.interpolationForAttribute(`output.${name}`));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.attributes };
  }
}

function common(config: AzapiCommonConfig): Record<string, unknown> {
  return {
    type: config.type,
    ...(config.body === undefined ? {} : { body: config.body }),
    response_export_values: config.exportValues ?? [],
    ...(config.createTimeout === undefined ? {} : { timeouts: { create: config.createTimeout } }),
    ...(config.retryOn === undefined ? {} : { retry: { error_message_regex: config.retryOn } }),
  };
}

/** A resource of Azure's resource manager; its body is checked against azapi's schema by `terraform validate`. */
export class AzapiResource extends AzapiBase {
  constructor(scope: Construct, id: string, config: AzapiManagedResourceConfig) {
    const { name, parentId, location, tags, identity, ignoreCasing } = config;
    super(scope, id, 'azapi_resource', config, {
      name,
      parent_id: parentId,
      ...(location === undefined ? {} : { location }),
      ...(tags === undefined ? {} : { tags }),
      ...(identity === undefined ? {} : { identity: [{ type: identity }] }),
      ...(ignoreCasing === undefined ? {} : { ignore_casing: ignoreCasing }),
      ...common(config),
    });
  }

  /** Object id of the identity; unlike an exported value it stays known while the resource is updated. */
  get principalId(): string {
    return this.getStringAttribute('identity[0].principal_id');
  }

  /** The name, known at plan time, with a dependency on this resource. */
  get name(): string {
    return this.getStringAttribute('name');
  }
}

/** A resource of a data plane, such as an artifact of a workspace; nothing checks its body before the service does. */
export class AzapiDataPlaneResource extends AzapiBase {
  constructor(scope: Construct, id: string, config: AzapiResourceConfig) {
    const { name, parentId } = config;
    super(scope, id, 'azapi_data_plane_resource', config, { name, parent_id: parentId, ...common(config) });
  }

  /** The name, known at plan time, with a dependency on this resource. */
  get name(): string {
    return this.getStringAttribute('name');
  }
}

/** Changes to a resource that something else has made, such as the approval of an endpoint (NET3). */
export class AzapiUpdateResource extends AzapiBase {
  constructor(scope: Construct, id: string, config: AzapiUpdateResourceConfig) {
    super(scope, id, 'azapi_update_resource', config, { resource_id: config.resourceId, ...common(config) });
  }
}

/** One call to a resource, made once, when this is created (or destroyed). */
export class AzapiResourceAction extends AzapiBase {
  constructor(scope: Construct, id: string, config: AzapiResourceActionConfig) {
    const { resourceId, action, method, when, ignoreNotFound } = config;
    super(scope, id, 'azapi_resource_action', config, {
      resource_id: resourceId,
      ...(action === undefined ? {} : { action }),
      ...(method === undefined ? {} : { method }),
      ...(when === undefined ? {} : { when }),
      ...(ignoreNotFound === undefined ? {} : { ignore_not_found: ignoreNotFound }),
      ...common(config),
    });
  }
}

/** One reading call to a resource, made with every plan. */
export class DataAzapiResourceAction extends TerraformDataSource {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: Omit<AzapiResourceActionConfig, 'when' | 'createTimeout' | 'retryOn'>,
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: 'azapi_resource_action',
      terraformGeneratorMetadata: generator,
    });
  }

  /** A value of `exportValues` by its name. */
  output(name: string): string {
    return Token.asString(this.interpolationForAttribute(`output.${name}`));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { resourceId, action, method } = this.config;
    return {
      resource_id: resourceId,
      ...(action === undefined ? {} : { action }),
      ...(method === undefined ? {} : { method }),
      ...common(this.config),
    };
  }
}
