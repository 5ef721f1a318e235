import { writeFileSync } from 'node:fs';
import { types } from 'node:util';
import { exitCodes, formatError, InsightsError, type ExitCode } from '../contract/errors';
import { toldError, type CommandDocument } from '../contract/command-document';
import { outputNotWritten, systemCode } from '../contract/system-failure';
import type { AzureClients } from '../operations/azure-clients';
import { createOutput, type Output, type OutputStreams } from './output';

/** What a command hands back when it did its work; `checkFailed` when the work found something wrong. */
export interface Outcome {
  /** @default that of `error`, else exitCodes.done */
  readonly exitCode?: ExitCode;
  /** What the work found wrong, where that has a code: told after everything else, and in the JSON beside the result. */
  readonly error?: InsightsError;
  /** The result for `--json`: plain data, no cells of the tables, no secrets. */
  readonly result: unknown;
}

/** Where the JSON document goes: `true` = standard output, a text = that file, undefined = nowhere. */
export type JsonTarget = string | true | undefined;

/** The world around a command; given, so that tests can run commands in their own process. */
export interface Surroundings {
  readonly streams: OutputStreams;
  /** Given to processes that a command starts. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of a salt's backup, from INSIGHTS_PASSPHRASE; taken out of `environment`, so that no other process gets it (PRIV3). */
  readonly passphrase?: string;
  /** Absolute folder of the project: committed data and `.insights/` are below it. */
  readonly projectRoot: string;
  /** Speaks to Azure. @default with the credential that `environment` describes, on first use */
  readonly azure?: AzureClients;
}

/**
 * Runs one command: the only place that turns errors into text, JSON and exit codes. Exit codes are those of
 * design.md §8; an error that is not an InsightsError ends with 3 (`FILE_SYSTEM_REFUSED`, `INTERNAL`), because 1 would say that a check
 * failed and 2 that the caller did.
 */
export async function runCommand(
  command: string,
  jsonTarget: JsonTarget,
  surroundings: Surroundings,
  work: (output: Output) => Promise<Outcome>,
): Promise<ExitCode> {
  const output = createOutput(surroundings.streams, jsonTarget === true);
  let document: CommandDocument;
  try {
    const { error, exitCode = error?.exitCode ?? exitCodes.done, result } = await work(output);
    if (error !== undefined) printError(error, error, output, surroundings);
    document = { command, exitCode, result, error: error === undefined ? null : toldError(error) };
  } catch (thrown) {
    const error =
      thrown instanceof InsightsError
        ? thrown
        : (fileSystemError(thrown) ?? internalError(thrown, surroundings.projectRoot));
    printError(error, thrown, output, surroundings);
    document = { command, exitCode: error.exitCode, result: null, error: toldError(error) };
  }
  output.endProgress();
  return writeDocument(document, jsonTarget, output, surroundings);
}

function writeDocument(
  document: CommandDocument,
  target: JsonTarget,
  output: Output,
  surroundings: Surroundings,
): ExitCode {
  if (target === undefined) return document.exitCode;
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (target === true) {
    surroundings.streams.stdout.write(text);
    return document.exitCode;
  }
  try {
    writeFileSync(target, text);
    return document.exitCode;
  } catch (thrown) {
    const error = outputNotWritten('The JSON result', target, thrown);
    printError(error, thrown, output, surroundings);
    return document.exitCode === exitCodes.done ? error.exitCode : document.exitCode;
  }
}

function printError(error: InsightsError, thrown: unknown, output: Output, surroundings: Surroundings): void {
  output.error(formatError(error));
  if (surroundings.environment.INSIGHTS_DEBUG === '1') stackFrames(thrown).forEach((frame) => output.error(frame));
}

/** What Node says of a path that the system refused; a path holds no cell. Undefined for any other error. */
function fileSystemError(thrown: unknown): InsightsError | undefined {
  const code = systemCode(thrown);
  if (code === undefined) return undefined;
  const { path: file, syscall } = thrown as NodeJS.ErrnoException;
  if (typeof file !== 'string' || typeof syscall !== 'string') return undefined;
  const shown = file.length > 200 ? `${file.slice(0, 200)}…` : file;
  return new InsightsError('FILE_SYSTEM_REFUSED', `The file system refused ${syscall} (${code}).`, {
    place: { file: shown },
    cause: thrown,
  });
}

/** Wraps what nobody expected. Its own message is not shown: engines quote rows in theirs (ROW13). */
function internalError(thrown: unknown, projectRoot: string): InsightsError {
  const kind = types.isNativeError(thrown) ? thrown.constructor.name : typeof thrown;
  const system = systemCode(thrown);
  const frame = stackFrames(thrown).find((line) => line.includes(projectRoot) && !line.includes('node_modules'));
  const place = frame?.slice(frame.indexOf(projectRoot) + projectRoot.length + 1).replace(/:\d+\)?$/, '');
  return new InsightsError(
    'INTERNAL',
    `An unexpected ${kind}${system === undefined ? '' : ` (${system})`} stopped the command.`,
    { ...(place === undefined ? {} : { place: { path: place } }), cause: thrown },
  );
}

/** The frames of a stack without the message above them, of which a line may look like a frame too. */
function stackFrames(thrown: unknown): string[] {
  if (!types.isNativeError(thrown) || thrown.stack === undefined) return [];
  const at = thrown.stack.indexOf(thrown.message);
  const frames = at < 0 ? '' : thrown.stack.slice(at + thrown.message.length);
  return frames.split('\n').filter((line) => /^ {4}at /.test(line));
}
