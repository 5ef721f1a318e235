import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorOf, type CommandDocument } from '../contract/command-document';
import { InsightsError } from '../contract/errors';
import { runChild, type ChildResult } from '../deployment/child-process';
import { makeTemporary, removeTemporary } from '../lake/temporary-folder';

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

/**
 * The same, where anything but success is an error.
 * @returns its result
 * @throws InsightsError that of the command; REHEARSAL_FAILED with what it said where it told of none
 */
export async function mustSucceed(command: OwnCommand, words: readonly string[]): Promise<unknown> {
  const folder = makeTemporary();
  try {
    const file = join(folder, 'document.json');
    const { exitCode, stderr } = await ownCommand(command, [...words, '--json', file]);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (exitCode === 0) return (JSON.parse(text) as CommandDocument).result;
    const what = words.slice(0, 2).join(' ');
    throw errorOf(text) ?? new InsightsError('REHEARSAL_FAILED', `insights ${what} failed.\n${lastLines(stderr)}`);
  } finally {
    removeTemporary(folder);
  }
}

/** What a process said before it ended. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-12).join('\n');
}
