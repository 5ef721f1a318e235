import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { exitCodes, InsightsError, type ExitCode } from '../contract/errors';
import { addAccessRequest } from './commands/access-request';
import { addBootstrap } from './commands/bootstrap';
import { addDashboard } from './commands/dashboard';
import { addDeploy } from './commands/deploy';
import { addDictionary } from './commands/dictionary';
import { addDoctor } from './commands/doctor';
import { addErase } from './commands/erase';
import { addDrift } from './commands/drift';
import { addDrill } from './commands/drill';
import { addExplain } from './commands/explain';
import { addControl } from './commands/control';
import { addLocalAzure } from './commands/local-azure';
import { addOperation } from './commands/operation';
import { addPowerBi } from './commands/powerbi';
import { addProcess } from './commands/process';
import { addProvision } from './commands/provision';
import { addRehearse } from './commands/rehearse';
import { addRekey } from './commands/rekey';
import { addReset } from './commands/reset';
import { addRetention } from './commands/retention';
import { addSalt } from './commands/salt';
import { addReview } from './commands/review';
import { addTestData } from './commands/test-data';
import { addUpload } from './commands/upload';
import { addVerify } from './commands/verify';
import type { Output } from './output';
import { runCommand, type JsonTarget, type Outcome, type Surroundings } from './run-command';

/**
 * What a file under commands/ gets to add its commands: `program` to hang them on, and `run` for their actions.
 * @example
 * program
 *   .command('verify')
 *   .requiredOption('--lake <folder>', 'the lake')
 *   .action((options: { lake: string }, command: Command) => run(command, (output) => verify(options, output)));
 */
export interface CommandFrame {
  readonly program: Command;
  /** Runs the work of a command, prints its errors and keeps its exit code. */
  readonly run: (
    command: Command,
    work: (output: Output, surroundings: Surroundings) => Promise<Outcome>,
  ) => Promise<void>;
}

/** One line per file of commands/: adding a command is adding its file here. Heavy modules are imported in actions. */
const commandFiles: readonly ((frame: CommandFrame) => void)[] = [
  addProvision,
  addRehearse,
  addProcess,
  addVerify,
  addDashboard,
  addControl,
  addErase,
  addAccessRequest,
  addRekey,
  addReset,
  addRetention,
  addSalt,
  addUpload,
  addTestData,
  addPowerBi,
  addDictionary,
  addOperation,
  addLocalAzure,
  addReview,
  addDeploy,
  addDrift,
  addDrill,
  addDoctor,
  addBootstrap,
  addExplain,
];

const exitCodeHelp = `
Exit codes: 0 done, 1 a check failed, 2 usage or configuration, 3 something outside failed.
Every command takes --json [FILE]; without FILE the result is printed as JSON and nothing else.`;

/**
 * Parses `args` (without node and script), runs the command and returns its exit code. Never throws and never ends
 * the process.
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(surroundings, async (command, work) => {
    const { json } = command.opts<{ json?: JsonTarget }>();
    exitCode = await runCommand(fullName(command), json, surroundings, (output) => work(output, surroundings));
  });
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : withoutIdleHelp(program, args), { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;
    return runCommand('insights', jsonTargetOf(args), surroundings, () => {
      throw thrown instanceof CommanderError ? usageError(thrown) : thrown;
    });
  }
}

function createProgram(surroundings: Surroundings, run: CommandFrame['run']): Command {
  const { streams } = surroundings;
  const program = new Command('insights')
    .description('Microsoft 365 education exports into a pseudonymised, verified data lake.')
    .version(projectVersion(surroundings.projectRoot), '--version', 'print the version')
    // Else --version before a data version would be the program's own flag, wherever it stands on the line.
    .enablePositionalOptions()
    .helpOption('--help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp)
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.stdout.write(text), writeErr: () => undefined });
  for (const add of commandFiles) add({ program, run });
  for (const command of leavesOf(program)) {
    command.option('--json [file]', 'print the result as JSON, or write it to a file').allowExcessArguments(false);
    refuseTwice(command);
  }
  return program;
}

/** Of two values Commander keeps the last in silence: of two persons to erase, one would stay and nobody would know. */
function refuseTwice(command: Command): void {
  for (const option of command.options.filter((one) => !one.isBoolean() && !one.variadic)) {
    let given: string | null | undefined;
    command.on(`option:${option.name()}`, (value: string | null) => {
      if (given !== undefined && given !== value)
        throw new InsightsError('USAGE', `Option '${option.flags}' is given twice, with two values.`);
      given = value;
    });
  }
}

/** Commander answers `--help` of a command that it does not know with the help of what is above it: that is an error like any other. */
function withoutIdleHelp(program: Command, args: readonly string[]): readonly string[] {
  let command = program;
  for (const arg of args) {
    if (arg.startsWith('-') || command.commands.length === 0) return args;
    const found = command.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
    if (found === undefined) return arg === 'help' ? args : args.filter((one) => one !== '--help');
    command = found;
  }
  return args;
}

function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** `test-data generate`: the command without the program's own name. */
function fullName(command: Command): string {
  const parent = command.parent;
  return parent === null || parent.parent === null ? command.name() : `${fullName(parent)} ${command.name()}`;
}

function usageError(error: CommanderError): InsightsError {
  if (error.code === 'commander.help') return new InsightsError('USAGE', 'This command needs one of its subcommands.');
  const [what = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const text = [what.charAt(0).toUpperCase() + what.slice(1), ...hints.filter((hint) => hint !== '')].join(' ');
  return new InsightsError('USAGE', /[.)?]$/.test(text) ? text : `${text}.`);
}

/** Where JSON is wanted when the command line could not be parsed. */
function jsonTargetOf(args: readonly string[]): JsonTarget {
  const index = args.findIndex((argument) => argument === '--json' || argument.startsWith('--json='));
  if (index < 0) return undefined;
  const inline = args[index]?.slice('--json='.length);
  if (inline) return inline;
  const next = args[index + 1];
  return next === undefined || next.startsWith('-') ? true : next;
}

function projectVersion(projectRoot: string): string {
  const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
