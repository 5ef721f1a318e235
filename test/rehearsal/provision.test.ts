import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toldError } from '../../src/contract/command-document';
import { InsightsError } from '../../src/contract/errors';
import type { ChildResult } from '../../src/deployment/child-process';
import type { AzureClients } from '../../src/operations/azure-clients';
import { mustSucceed } from '../../src/rehearsal/own-command';
import { provision } from '../../src/rehearsal/provision';
import { refuseChanges } from '../../src/rehearsal/rehearse';
import { refusal } from '../support/refusal';
import { useTemporaryFolders } from '../support/temporary-folder';
import { thrownBy } from '../support/thrown';

const temporaryFolder = useTemporaryFolders();

/** Asks Azure nothing: these stacks have no resources of Azure. */
const noClients = {} as AzureClients;

async function stackWithCommand(command: string): Promise<string> {
  const folder = join(await temporaryFolder(), 'stack');
  mkdirSync(folder);
  const Load = { input: {}, provisioner: [{ 'local-exec': { command, environment: { INPUT: '1' } } }] };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ resource: { terraform_data: { Load } } }));
  return folder;
}

/** Provisions a stack with an operation that does so. */
async function provisionWith(run: (report: string) => Partial<ChildResult>) {
  const folder = await stackWithCommand('node ../../bin/insights.cjs operation load-test-data create');
  writeFileSync(
    join(folder, 'load-test-data.json'),
    JSON.stringify({ error: toldError(new InsightsError('USAGE', '')) }),
  );
  const asked: unknown[] = [];
  const error: unknown = await provision({
    stacks: [{ name: 'dev-insights', folder, isPlatform: false }],
    stateFolder: await temporaryFolder(),
    commandFolder: folder,
    variables: { HOME: '/home' },
    clients: noClients,
    run: async ({ arguments: words, variables }) => {
      asked.push([words, variables]);
      return { exitCode: 3, stdout: '', stderr: '', ...run(words.at(-1) ?? '') };
    },
    progress: () => undefined,
  }).catch((thrown: unknown) => thrown);
  const words = ['../../bin/insights.cjs', 'operation', 'load-test-data', 'create'];
  expect(asked).toEqual([[[...words, '--json', join(folder, 'load-test-data.json')], { HOME: '/home', INPUT: '1' }]]);
  expect(error).toBeInstanceOf(InsightsError);
  return toldError(error as InsightsError);
}

test('an operation of the plan that fails ends the provisioning with its own error', async () => {
  const refused = new InsightsError('AZURE_REFUSED', 'No.', {
    place: { path: '/oea' },
    nextStep: 'Ask.',
    details: { status: 403 },
  });
  const run = (report: string): object => {
    writeFileSync(
      report,
      JSON.stringify({ command: 'operation', exitCode: 3, result: null, error: toldError(refused) }),
    );
    return { stderr: 'AZURE_REFUSED: No.\n' };
  };
  expect(await provisionWith(run)).toEqual(toldError(refused));
});

test('one that tells of no error ends it with what it said', async () => {
  const { code, message } = await provisionWith(() => ({ stderr: 'Killed.\n' }));
  expect([code, message]).toEqual(['PROVISIONING_COMMAND_FAILED', 'operation load-test-data create failed.\nKilled.']);
});

test('a rehearsal whose second pass still changes something is refused', () => {
  const none = { create: 0, update: 0, replace: 0, destroy: 0, unchanged: 7 };
  const report = (stack: string, counts: object) => ({
    stack,
    counts: { ...none, ...counts },
    seconds: 1,
    outputs: {},
  });
  expect(refuseChanges([report('dev-platform', {}), report('dev-insights', {})])).toBeUndefined();
  expect(refusal(() => refuseChanges([report('dev-platform', {}), report('dev-insights', { update: 2 })]))).toBe(
    [
      'REHEARSAL_NOT_SETTLED: A second pass over dev-insights still found changes.',
      '  where: dev-insights',
      '  next:  Look at the resources that change with every pass; a service gives back something else than it was sent.',
    ].join('\n'),
  );
});

test('a command of our own that fails ends what needs it with its own error', async () => {
  const projectRoot = join(__dirname, '../..');
  const command = { projectRoot, variables: process.env, progress: () => undefined };
  const error = await mustSucceed(command, ['explain', 'NO_SUCH_CODE']).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InsightsError);
  const { message, nextStep, exitCode } = error as InsightsError;
  expect([message, nextStep, exitCode]).toEqual([
    'There is no error code NO_SUCH_CODE.',
    'List all codes with `insights explain`.',
    2,
  ]);
  expect(await mustSucceed(command, ['explain', 'USAGE'])).toEqual({
    code: 'USAGE',
    meaning: 'The command was called in a way it does not know.',
    nextStep: 'See `insights --help`.',
    exitCode: 2,
  });
});

test('where it tells of no error, what it said at its end is the error', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'insights.cjs'), 'console.error("line 1\\nline 2"); process.exit(3);');
  const command = { projectRoot: folder, variables: process.env, progress: () => undefined };
  expect(await thrownBy(() => mustSucceed(command, ['deploy', 'dev', 'now']))).toEqual({
    code: 'REHEARSAL_FAILED',
    message: 'insights deploy dev failed.\nline 1\nline 2',
    place: {},
  });
});
