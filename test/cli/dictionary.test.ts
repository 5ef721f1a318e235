import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured } from './captured';

const temporaryFolder = useTemporaryFolders();

test('finds columns by a word of their name or description, in any case; few of them with their way from file to visual', async () => {
  const surroundings = captured();
  expect(await runCli(['dictionary', 'ACCURACY'], surroundings)).toBe(0);
  expect(surroundings.printed().stdout.split('\n')).toEqual([
    'table     column                          type    treatment          readable in  meaning',
    expect.stringMatching(/^-/) as string,
    'activity  ReadingSubmissionAccuracyScore  string  generalise:band:5  general      Reading Progress: share of words read correctly, in percent, delivered as text.',
    '',
    'activity.ReadingSubmissionAccuracyScore',
    '  delivered   M365/activity/<date>/*.csv',
    '  landed      oea/dev/stage1/Transactional/M365/v1.14/activity: column 24',
    '  ingested    oea/dev/stage2/Ingested/M365/v1.14/activity: _c23',
    '  corrected   oea/dev/stage2/Ingested_Corrected/M365/v1.14/activity: ReadingSubmissionAccuracyScore',
    '  general     oea/dev/stage2/Refined/M365/v1.14/general/activity: ReadingSubmissionAccuracyScore',
    '  views       general activity.ReadingSubmissionAccuracyScore',
    '              general report_activity.ReadingSubmissionAccuracyScore',
    '              general report_activity.ReadingAccuracy',
    '  measures    Reading Accuracy',
    '',
  ]);
});

test('ends with 1 where nothing is found', async () => {
  const surroundings = captured();
  expect(await runCli(['dictionary', 'shoe size'], surroundings)).toBe(1);
  expect(surroundings.printed().stdout).toContain('No table or column has "shoe size" in its name or description.\n');
});

test.each(['json', 'openlineage'])('writes %s into a folder that it makes', async (format) => {
  const file = path.join(await temporaryFolder(), 'made', `${format}.json`);
  const surroundings = captured();
  expect(await runCli(['dictionary', '--format', format, '--out', file], surroundings)).toBe(0);
  expect(surroundings.printed().stdout).toBe(`Written to ${file}\n`);
  const document = JSON.parse(readFileSync(file, 'utf8')) as { tables: unknown[] } & { job: object }[];
  expect(format === 'json' ? document.tables.length : document[0]?.job).toEqual(
    format === 'json' ? 28 : { namespace: 'education-insights/dev', name: 'ingest activity' },
  );
});

test('an environment that does not exist is told', async () => {
  const surroundings = captured();
  expect(await runCli(['dictionary', '--format', 'json', '--env', 'nowhere'], surroundings)).toBe(2);
  expect(surroundings.printed().stderr).toContain('ENVIRONMENT_UNREADABLE: There is no environment "nowhere";');
});
