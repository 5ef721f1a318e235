import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keptEvidenceFolder } from '../../src/review/collect/kept-evidence';
import { run, withFreshClone } from '../fresh-clone';
import { figure, type Sample } from '../report';
import { budgetOf, inRounds, named, type BenchMeasurement } from './context';

/** A column that becomes readable: synthesis and the test data differ. */
const catalogueEdit = ['assets/catalogue/metadata.csv', ',RefSexId,string,mask', ',RefSexId,string,no-op'] as const;

/** Edits of a fresh clone of what is committed, by how much of both revisions has to be run for their review. */
const edits = {
  'review, catalogue': catalogueEdit,
  // As somebody does who goes on with an edit: the base was reviewed before, the head was not.
  'review, catalogue again': catalogueEdit,
  'review, notebook': ['assets/notebooks/Insights_driver.py', "run_id = ''", "run_id = ''\nextra = 1"],
  'review, nothing': undefined,
} as const;

/** `insights review` of the working tree, with all processes that it starts. */
export const review: BenchMeasurement = {
  name: 'review',
  async measure(context) {
    const series = await withFreshClone('linked', (clone) =>
      inRounds(
        context,
        Object.entries(edits).map(([name, edit]) => ({
          name,
          run: async (round): Promise<Sample> => {
            run('git', ['checkout', '--quiet', '--', '.'], clone.folder, {});
            if (edit !== undefined) await change(path.join(clone.folder, edit[0]), edit[1], edit[2]);
            if (name === 'review, catalogue again')
              await appendFile(path.join(clone.folder, catalogueEdit[0]), `# ${round}\n`);
            else await rm(keptEvidenceFolder(clone.folder), { recursive: true, force: true });
            return clone.measure('node bin/insights.cjs review --base HEAD --out review.md').sample;
          },
        })),
      ),
    );
    const of = (name: keyof typeof edits): Sample => named(series, name).median;
    return {
      name: 'review',
      status: 'measured',
      series,
      figures: [
        figure('Review, catalogue changed', of('review, catalogue').wallMs, 'ms', budgetOf(context, 20_000)),
        figure('Review, catalogue changed, CPU time', of('review, catalogue').cpuMs, 'ms'),
        figure('Review, largest process', of('review, catalogue').peakMegabytes, 'MB'),
        figure(
          'Review, catalogue changed again',
          of('review, catalogue again').wallMs,
          'ms',
          budgetOf(context, 20_000),
        ),
        figure('Review, catalogue changed again, CPU time', of('review, catalogue again').cpuMs, 'ms'),
        figure('Review, notebook changed', of('review, notebook').wallMs, 'ms', budgetOf(context, 20_000)),
        figure('Review, notebook changed, CPU time', of('review, notebook').cpuMs, 'ms'),
        figure('Review, nothing changed', of('review, nothing').wallMs, 'ms', budgetOf(context, 20_000)),
        figure('Review, nothing changed, CPU time', of('review, nothing').cpuMs, 'ms'),
      ],
    };
  },
};

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} no longer holds "${from}".`);
  await writeFile(file, text.replace(from, to));
}
