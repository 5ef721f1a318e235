import { Construct } from 'constructs';
import type { OperationContracts, OperationName } from '../../src/operations/contracts';
import { operationInputVariable } from '../../src/contract/operation-input';
import type { ITerraformDependable } from '../core/cdktf';
import { TerraformData } from '../core/terraform-data';

/** What every operation takes beside its input. */
export interface OperationProps<Name extends OperationName> {
  /** May contain tokens, but never a secret: it is in the plan and in the state. */
  readonly input: OperationContracts[Name]['input'];
  /** What must be done before. @default nothing but what tokens of the input refer to */
  readonly after?: readonly ITerraformDependable[];
  /** More that makes it run again when it changes, such as the identity of a workspace made anew. @default none */
  readonly again?: Readonly<Record<string, string>>;
}

interface OperationDefinition<Name extends OperationName> extends OperationProps<Name> {
  readonly name: Name;
  /** Parts of the input that say what is done; the others say how, and may change without a new run. */
  readonly runsAgainFor: readonly (keyof OperationContracts[Name]['input'] & string)[];
  /** Whether destroying it undoes what it did. */
  readonly undone: boolean;
}

/** Terraform runs in cdktf.out/stacks/<stack>, so that no path of a machine is in the plan. */
const command = 'node ../../../bin/insights.cjs operation';

/** The provisioner of a destroyed resource may refer to itself only, so the created one does the same. */
const environment = { [operationInputVariable]: '${jsonencode(self.input)}' };

/**
 * Data work that no resource can do, as a step of the plan: `insights operation <name> create` is called when the resource
 * is made, with its typed input (src/operations/contracts.ts) in an environment variable, and again when what it is made
 * from changes. Each operation may run any number of times: the second finds nothing to do.
 */
export abstract class Operation<Name extends OperationName> extends Construct {
  /** What is done once the operation has succeeded. */
  readonly resource: ITerraformDependable;

  protected constructor(scope: Construct, id: string, definition: OperationDefinition<Name>) {
    super(scope, id);
    const { name, input, runsAgainFor, undone, after = [], again = {} } = definition;
    const create = { type: 'local-exec', command: `${command} ${name} create`, environment } as const;
    const destroy = { ...create, command: `${command} ${name} delete`, when: 'destroy' } as const;
    this.resource = new TerraformData(this, 'Resource', {
      input: present(input),
      triggersReplace: { ...Object.fromEntries(runsAgainFor.map((key) => [key, input[key]])), ...again },
      provisioners: undone ? [create, destroy] : [create],
      ...(after.length === 0 ? {} : { dependsOn: [...after] }),
    });
  }
}

/** Without members that are undefined, which would be null in the plan and so refused by the operation. */
function present(input: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
