import { createOutput } from '../../src/cli/output';
import { printExamination } from '../../src/cli/commands/doctor';
import { runCli } from '../../src/cli/program';
import { notAsked, ok, problem, remark } from '../../src/operations/doctor/check';
import { captured } from './captured';

describe('insights doctor', () => {
  test('prints a line per check, with what to do below it, and how many problems there are', () => {
    const surroundings = captured();
    const examination = {
      machine: [ok('node', 'Node 20.')],
      environments: [
        {
          name: 'dev',
          checks: [
            remark('data-share', 'Off.', 'One.', 'Two.'),
            problem('network', 'Closed.', 'Open it.'),
            notAsked('locks', 'Not known.', 'az lock list'),
          ],
        },
      ],
      problems: 1,
    };
    printExamination(examination, createOutput(surroundings.streams, false));
    printExamination({ machine: [], environments: [], problems: 0 }, createOutput(surroundings.streams, false));
    expect(surroundings.printed().stdout).toBe(
      [
        'This machine',
        '  ok       node: Node 20.',
        '',
        'Environment dev',
        '  note     data-share: Off.',
        '             - One.',
        '             - Two.',
        '  PROBLEM  network: Closed.',
        '             - Open it.',
        '  unknown  locks: Not known.',
        '             - az lock list',
        '',
        '1 problem(s) found.',
        'This machine',
        '',
        'No problem found.',
        '',
      ].join('\n'),
    );
  });

  test('ends with 1 where it finds a problem, and gives all of it as JSON', async () => {
    // A PATH without programs and a mirror that is not there: nothing is started and nothing is asked of a network.
    const surroundings = captured({ environment: { PATH: '', TF_CLI_CONFIG_FILE: 'test/cli/mirror.tfrc' } });
    const exitCode = await runCli(['doctor', '--env', 'dev', '--json'], surroundings);
    const { result } = JSON.parse(surroundings.printed().stdout) as {
      result: { machine: { id: string }[]; environments: { name: string }[]; problems: number };
    };
    expect([exitCode, result.machine.map(({ id }) => id), result.environments.map(({ name }) => name)]).toEqual([
      1,
      ['node', 'packages', 'terraform', 'providers', 'variables', 'environments'],
      ['dev'],
    ]);
    expect(result.problems).toBeGreaterThan(0);
  });
});

describe('insights bootstrap', () => {
  test('runs nothing, and says so without --print', async () => {
    const surroundings = captured();
    expect(await runCli(['bootstrap'], surroundings)).toBe(2);
    expect(surroundings.printed()).toEqual({
      stdout: '',
      stderr:
        'USAGE: The bootstrap is for an administrator to read and run: nothing is run from here.\n  next:  Say --print.\n',
    });
  });

  test('prints commands below their reasons, of one environment where one is named', async () => {
    const surroundings = captured();
    expect(await runCli(['bootstrap', '--print', '--env', 'dev'], surroundings)).toBe(0);
    const lines = surroundings.printed().stdout.split('\n');
    expect(lines.filter((line) => line.startsWith('# Environment'))).toEqual([
      '# Environment dev: once, by an administrator of the subscription (Owner, or Contributor with',
    ]);
    const heading = lines.indexOf('# Resource group');
    expect(lines.slice(heading, heading + 3)).toEqual([
      '# Resource group',
      '# Making a group needs rights on the subscription. Whoever deploys takes it over, once, where the state is.',
      'az group create --name rg-oea-insightsdev --location westeurope',
    ]);
  });

  test('gives the same as JSON', async () => {
    const surroundings = captured();
    await runCli(['bootstrap', '--print', '--json'], surroundings);
    const { result } = JSON.parse(surroundings.printed().stdout) as { result: { name: string; steps: unknown[] }[] };
    expect(result.map(({ name, steps }) => [name, steps.length > 3])).toEqual([
      ['dev', true],
      ['prod', true],
      ['test', true],
    ]);
  });
});
