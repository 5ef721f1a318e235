import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AzureClients } from '../../src/operations/azure-clients';
import { lastError, mustSucceed } from '../../src/rehearsal/own-command';
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

test('a command of the plan that fails ends the provisioning with what it said', async () => {
  const folder = await stackWithCommand('node ../../bin/insights.cjs operation load-test-data create');
  const stateFolder = await temporaryFolder();
  const asked: unknown[] = [];
  const error = await thrownBy(() =>
    provision({
      stacks: [{ name: 'dev-insights', folder, isPlatform: false }],
      stateFolder,
      commandFolder: folder,
      variables: { HOME: '/home' },
      clients: noClients,
      run: async ({ arguments: words, variables }) => {
        asked.push([words, variables]);
        return { exitCode: 3, stdout: '', stderr: 'AZURE_REFUSED: no.\n' };
      },
      progress: () => undefined,
    }),
  );
  expect(error).toEqual({
    code: 'PROVISIONING_COMMAND_FAILED',
    message: 'operation load-test-data create failed.\nAZURE_REFUSED: no.',
    place: {},
  });
  const words = ['../../bin/insights.cjs', 'operation', 'load-test-data', 'create'];
  expect(asked).toEqual([[[...words, '--json', join(folder, 'load-test-data.json')], { HOME: '/home', INPUT: '1' }]]);
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

test('a command of our own that fails is an error with what it said', async () => {
  const projectRoot = join(__dirname, '../..');
  const command = { projectRoot, variables: process.env, progress: () => undefined };
  expect(await thrownBy(() => mustSucceed(command, ['explain', 'NO_SUCH_CODE']))).toEqual({
    code: 'REHEARSAL_FAILED',
    message: [
      'insights explain NO_SUCH_CODE failed.',
      'UNKNOWN_ERROR_CODE: There is no error code NO_SUCH_CODE.',
      '  next:  List all codes with `insights explain`.',
    ].join('\n'),
    place: {},
  });
});

test('of what a child printed, the error is what it ended with', () => {
  const said = ['verifying', 'VAULT_NAME_HELD: The name is held.', '  next:  Purge it.', ''];
  expect(lastError(said.join('\n'))).toBe('VAULT_NAME_HELD: The name is held.\n  next:  Purge it.');
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  expect(lastError(lines.join('\n'))).toBe(lines.slice(-12).join('\n'));
});
