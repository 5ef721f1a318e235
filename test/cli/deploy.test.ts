import { runCli } from '../../src/cli/program';
import { captured } from './captured';

test.each([
  [
    ['destroy', '--env', 'prod', '--confirm', 'prod'],
    'DEPLOYMENT_PRODUCTION_GUARDED: prod is production, and stays as it is.\n' +
      '  next:  Give both: --production, and --confirm with the name of the environment.\n',
  ],
  [
    ['destroy', '--env', 'prod', '--production', '--yes'],
    'DEPLOYMENT_PRODUCTION_GUARDED: prod is production, and stays as it is.\n' +
      '  next:  Give both: --production, and --confirm with the name of the environment.\n',
  ],
  [
    ['deploy', '--env', 'dev', '--approved-plan', 'plans'],
    'USAGE: Give --approved-plan and --approved-hash together, and --plan-to without them.\n' +
      '  next:  See `insights --help`.\n',
  ],
])('%j is refused before anything is planned', async (words, stderr) => {
  const surroundings = captured({ environment: { PATH: '' } });
  expect([await runCli(words, surroundings), surroundings.printed().stderr]).toEqual([2, stderr]);
});
