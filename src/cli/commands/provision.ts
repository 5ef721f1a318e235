import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { StackFolder } from '../../deployment/synthesis';
import type { CommandFrame } from '../program';

interface ProvisionOptions {
  readonly stack: readonly string[];
  readonly state: string;
  readonly commandFolder: string;
  readonly destroy?: true;
}

/**
 * `insights provision`: what a rehearsal starts in a process of its own, because a process learns of its proxy and its
 * authorities when it starts. Hidden: a subscription is deployed with `insights deploy`.
 */
export function addProvision({ program, run }: CommandFrame): void {
  program
    .command('provision', { hidden: true })
    .description('apply synthesised stacks without Terraform to the local Azure')
    .requiredOption('--stack <folder...>', 'folders with cdk.tf.json, in order')
    .requiredOption('--state <folder>', 'where the state is kept')
    .requiredOption('--command-folder <folder>', 'where commands of the plan run')
    .option('--destroy', 'destroy instead')
    .action((options: ProvisionOptions, command: Command) =>
      run(command, async (output, { environment: variables }) => {
        const { azureClients } =
          require('../../operations/azure-clients') as typeof import('../../operations/azure-clients');
        const { runChild } =
          require('../../deployment/child-process') as typeof import('../../deployment/child-process');
        const { provision, unprovision } =
          require('../../rehearsal/provision') as typeof import('../../rehearsal/provision');
        const stacks = options.stack.map((folder): StackFolder => {
          const name = basename(folder);
          return { name, isPlatform: name.endsWith('-platform'), folder: resolve(folder) };
        });
        const request = {
          stacks: stacks.filter(({ folder }) => existsSync(folder)),
          stateFolder: options.state,
          commandFolder: options.commandFolder,
          variables,
          clients: azureClients(variables),
          run: runChild,
          progress: (line: string) => output.progress(line),
        };
        const result = options.destroy === true ? await unprovision(request) : await provision(request);
        return { result };
      }),
    );
}
