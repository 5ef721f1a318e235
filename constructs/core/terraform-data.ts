import type { Construct } from 'constructs';
import { TerraformResource, type TerraformMetaArguments } from './cdktf';

/** A command that Terraform runs on its own machine, in the folder of the stack. */
export interface LocalCommand {
  readonly type: 'local-exec';
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** @default when the resource is created */
  readonly when?: 'destroy';
}

export interface TerraformDataConfig extends Omit<TerraformMetaArguments, 'provisioners'> {
  /** Kept in the state, and what commands know as `self.input`. @default nothing */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Another value makes the resource anew. @default nothing does */
  readonly triggersReplace?: Readonly<Record<string, unknown>>;
  /** @default none */
  readonly provisioners?: readonly LocalCommand[];
}

/**
 * Terraform's own `terraform_data`: steps of a plan that are no resource of a provider. Typed by hand, because the library's
 * class starts terraform during synthesis to ask its version, and fails where there is none.
 */
export class TerraformData extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: TerraformDataConfig = {},
  ) {
    const { provisioners = [], ...others } = config;
    super(scope, id, {
      ...others,
      ...(provisioners.length === 0 ? {} : { provisioners: [...provisioners] }),
      terraformResourceType: 'terraform_data',
      terraformGeneratorMetadata: { providerName: 'terraform' },
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { input, triggersReplace } = this.config;
    return {
      ...(input === undefined ? {} : { input }),
      ...(triggersReplace === undefined ? {} : { triggers_replace: triggersReplace }),
    };
  }
}
