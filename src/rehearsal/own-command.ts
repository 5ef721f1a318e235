import { join } from 'node:path';
import { InsightsError } from '../contract/errors';
import { runChild, type ChildResult } from '../deployment/child-process';

export interface OwnCommand {
  readonly projectRoot: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
}

/** Runs the command line of this project in a process of its own. */
export function ownCommand(
  { projectRoot, variables, progress }: OwnCommand,
  words: readonly string[],
): Promise<ChildResult> {
  return runChild({
    program: process.execPath,
    arguments: [join(projectRoot, 'bin', 'insights.cjs'), ...words],
    folder: projectRoot,
    variables,
    onLine: progress,
  });
}

/** The same, where anything but success is an error. @throws InsightsError REHEARSAL_FAILED with what it said */
export async function mustSucceed(command: OwnCommand, words: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await ownCommand(command, words);
  if (exitCode === 0) return;
  throw new InsightsError('REHEARSAL_FAILED', `insights ${words.slice(0, 2).join(' ')} failed.\n${lastError(stderr)}`);
}

/** What a child said at its end; before that are lines of progress. */
export function lastError(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  const start = lines.findLastIndex((line) => /^(Error|[A-Z_]{4,}):/.test(line));
  return lines.slice(start < 0 ? -12 : start).join('\n');
}
