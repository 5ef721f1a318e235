import path from 'node:path';
import { Option, type Command } from 'commander';
import type { Environment } from '../../contract/environment';
import type { CommandFrame } from '../program';
import { projectVariants, type ProjectVariant } from '../project-variants';

interface PowerBiFlags {
  readonly env: string;
  readonly out: string;
  readonly variant?: readonly ProjectVariant[];
  readonly lake?: string;
  readonly workspace?: string;
  readonly version?: string;
  readonly dataFolder?: string;
}

/** `insights powerbi`: the reports of an environment as Power BI projects, in text. */
export function addPowerBi({ program, run }: CommandFrame): void {
  const variants = Object.keys(projectVariants) as ProjectVariant[];
  program
    .command('powerbi')
    .description(
      'write the reports of an environment as Power BI projects; docs/powerbi.md says how to open and deploy them',
    )
    .requiredOption('--env <name>', 'the environment, a file of environments/')
    .requiredOption('--out <folder>', 'where the projects go, each in a folder of its own')
    .addOption(new Option('--variant <names...>', 'some of them only').choices(variants))
    .option('--lake <folder|url>', 'take imported data and the schools’ roles from this lake, not from the test data')
    .option('--workspace <name>', 'workspace of the lake and of the database (default: the environment’s)')
    .option('--version <version>', 'data version of the lake and of the database (default: the environment’s)')
    .option('--data-folder <path>', 'where imported data will lie on the computer with Power BI Desktop')
    .action((flags: PowerBiFlags, command: Command) =>
      run(command, async (output, { projectRoot }) => {
        const { writeProjects } = require('../powerbi-projects') as typeof import('../powerbi-projects');
        const { loadEnvironments } =
          require('../../contract/environment') as typeof import('../../contract/environment');
        const environments = loadEnvironments(path.join(projectRoot, 'environments'));
        const [environment] = loadEnvironments(path.join(projectRoot, 'environments'), flags.env);
        const { lake, workspace, version, dataFolder } = flags;
        const written = await writeProjects({
          environment: environment as Environment,
          environments,
          projectRoot,
          out: flags.out,
          variants: flags.variant ?? variants,
          ...(lake === undefined ? {} : { lake }),
          ...(workspace === undefined ? {} : { workspace }),
          ...(version === undefined ? {} : { version }),
          ...(dataFolder === undefined ? {} : { dataFolder }),
          progress: (text) => output.progress(text),
        });
        output.table(
          ['project', 'files', 'roles', 'rows imported'],
          written.map(({ folder, files, roles, rows }) => [
            path.join(folder, 'Insights.pbip'),
            String(files),
            String(roles),
            rows === undefined ? '-' : String(Object.values(rows).reduce((sum, count) => sum + count, 0)),
          ]),
        );
        if (written.some(({ rows }) => rows === undefined)) {
          output.line(`For deployment with fabric-cicd: ${path.join(flags.out, 'parameter.yml')}`);
        }
        if (written.some(({ roles }) => roles === 1)) {
          output.line(
            'Only the role "All schools" was written where no lake tells the schools: give --lake for the others.',
          );
        }
        return { result: { environment: flags.env, projects: written } };
      }),
    );
}
