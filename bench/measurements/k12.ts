import { existsSync } from 'node:fs';
import path from 'node:path';
import { generateDrop } from '../../src/test-data/generate';
import { figure } from '../report';
import { projectRoot } from '../runner';
import { budgetOf, inRounds, named, type BenchContext, type BenchMeasurement } from './context';

const examples = ['../shared/upstream/k12', 'test_data/k12'];

/**
 * The K-12 example: all stages into a new lake, again with nothing to do, and verified; each in process, without the
 * start of Node and of TypeScript, and as the whole command.
 */
export const k12: BenchMeasurement = {
  name: 'k12',
  async measure(context) {
    const { runner, workspace } = context;
    const drop = await k12Drop(context);
    if (drop === undefined)
      return { name: 'k12', status: 'skipped', reason: `Neither of these is there: ${examples.join(', ')}.` };
    let lake = '';
    let commandLake = '';
    const flags = (): string[] => ['--lake', commandLake, '--salt-file', workspace.saltFile, '--json'];
    const process = (): string[] => ['bin/insights.cjs', 'process', '--drop', drop, ...flags()];
    const series = await inRounds(context, [
      {
        name: 'process',
        run: () => {
          lake = workspace.newFolder('k12');
          return runner.task('process lake', { drop, lake, expect: 'succeeded' });
        },
      },
      {
        name: 'process, command',
        run: () => {
          commandLake = workspace.newFolder('k12-command');
          return runner.command(process());
        },
      },
      { name: 'process again', run: () => runner.task('process lake', { drop, lake, expect: 'nothing to do' }) },
      { name: 'process again, command', run: () => runner.command(process()) },
      { name: 'verify', run: () => runner.task('verify lake', { lake }) },
      { name: 'verify, command', run: () => runner.command(['bin/insights.cjs', 'verify', ...flags()]) },
    ]);
    const wall = (name: string): number => named(series, name).median.wallMs;
    return {
      name: 'k12',
      status: 'measured',
      series,
      figures: [
        figure('K-12, all stages', wall('process'), 'ms', budgetOf(context, 2000)),
        figure('K-12, all stages, command', wall('process, command'), 'ms'),
        figure('K-12 again', wall('process again'), 'ms'),
        figure('K-12, verify', wall('verify'), 'ms'),
        figure('K-12, peak memory', named(series, 'process').median.peakMegabytes, 'MB'),
      ],
    };
  },
};

async function k12Drop({ sizes, workspace }: BenchContext): Promise<string | undefined> {
  const options = sizes.k12;
  if (options !== undefined) return workspace.cached('k12-quick', options, (folder) => generateDrop(options, folder));
  return examples
    .map((example) => path.resolve(projectRoot, example))
    .find((folder) => existsSync(path.join(folder, 'M365')));
}
