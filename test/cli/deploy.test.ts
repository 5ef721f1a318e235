import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from '../../src/cli/program';
import { inExclusiveFolder } from '../../src/lake/exclusive-folder';
import { useTemporaryFolders } from '../support/temporary-folder';
import { captured, projectRoot } from './captured';

const temporaryFolder = useTemporaryFolders();

test.each(['deploy', 'destroy'])('%s beside another deployment of the environment is refused', async (command) => {
  const project = await temporaryFolder();
  const terraform = path.join(project, 'terraform');
  writeFileSync(terraform, '#!/bin/sh\necho \'{"terraform_version": "1.99.0"}\'\n');
  chmodSync(terraform, 0o755);
  writeFileSync(path.join(project, 'package.json'), '{"version": "0.0.0"}');
  const surroundings = captured({
    projectRoot: project,
    environment: {
      ENVIRONMENTS: path.join(projectRoot, 'environments'),
      ...{ PATH: `${project}:/bin`, ARM_SUBSCRIPTION_ID: 'subscription', ARM_TENANT_ID: 'tenant' },
    },
  });
  const folder = path.join(project, '.insights', 'deployment-dev');
  await inExclusiveFolder(folder, 'DEPLOYMENT_RUNNING', async () => {
    expect(await runCli([command, '--env', 'dev', '--yes'], surroundings)).toBe(2);
  });
  expect(surroundings.printed().stderr).toMatch(
    /^DEPLOYMENT_RUNNING: Another one works in this folder \(process \d+, since [^)]+\)\.\n {2}where: \S+deployment-dev\.lock\n/,
  );
  expect(readdirSync(project).sort()).toEqual(['.insights', 'package.json', 'terraform']);
});

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
    ['drill', '--env', 'prod', '--confirm', 'prod'],
    'DRILL_REFUSED: prod cannot be drilled: it is production; it has no test data to compare.\n' +
      '  where: environments/prod.json\n' +
      '  next:  Drill one that is not production and has test data; with --platform one that allows its data to be deleted, has a workspace of its own and receives no share.\n',
  ],
  [
    ['drill', '--env', 'dev'],
    "DRILL_NOT_CONFIRMED: Not confirmed: The drill empties the test data's lake of dev, destroys the disposable stack, and makes it again.\n" +
      '  next:  Run it on a terminal and type the name of the environment, or give it with --confirm.\n',
  ],
  [
    ['deploy', '--env', 'dev'],
    'USAGE: ARM_SUBSCRIPTION_ID and ARM_TENANT_ID must say which subscription is meant.\n' +
      '  next:  Set both; `insights doctor` says what else stands between this machine and a deployment.\n',
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

test.each([
  [
    ['deploy', '--env', 'nobody'],
    'ENVIRONMENT_UNREADABLE: There is no environment "nobody"; there are: dev, prod, test.\n',
  ],
  [
    ['destroy', '--env', 'dev', '--platform'],
    'TERRAFORM_MISSING: Neither Terraform 1.11 nor OpenTofu 1.9, or newer, is on the PATH.\n' +
      '  next:  Install Terraform or OpenTofu; `insights doctor` says which versions do.\n',
  ],
])('%j says what is missing before anything is synthesised', async (words, message) => {
  const environment = { PATH: '', ARM_SUBSCRIPTION_ID: 'subscription', ARM_TENANT_ID: 'tenant' };
  const surroundings = captured({ environment });
  expect(await runCli(words, surroundings)).toBe(2);
  expect(surroundings.printed().stderr.startsWith(message)).toBe(true);
});
