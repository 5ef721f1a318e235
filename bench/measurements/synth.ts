import path from 'node:path';
import { figure } from '../report';
import { projectRoot } from '../runner';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/** Synthesis of all environments: in process, and `node --import tsx main.ts` whole. */
export const synth: BenchMeasurement = {
  name: 'synth',
  async measure(context) {
    const { runner, workspace } = context;
    const environments = path.join(projectRoot, 'environments');
    const series = await inRounds(context, [
      {
        name: 'synth',
        run: () => runner.task('synthesise', { environments, outdir: workspace.newFolder('synth') }),
      },
      {
        name: 'synth, command',
        run: () =>
          runner.command(['--import', 'tsx', 'main.ts'], { CDKTF_OUTDIR: workspace.newFolder('synth-command') }),
      },
    ]);
    return {
      name: 'synth',
      status: 'measured',
      series,
      figures: [
        figure('Synth of all environments', named(series, 'synth').median.wallMs, 'ms', budgetOf(context, 1000)),
        figure('Synth, main.ts', named(series, 'synth, command').median.wallMs, 'ms', budgetOf(context, 2000)),
      ],
    };
  },
};
