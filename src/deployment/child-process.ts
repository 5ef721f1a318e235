import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { InsightsError } from '../contract/errors';
import { endWithParent } from '../lake/process-identity';

export interface ChildRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Called with each line that it prints, on either stream, as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ChildResult {
  /** Undefined when it could not be started, or was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. An injected effect of everything that deploys, so that tests need no Terraform. */
export type RunChild = (request: ChildRequest) => Promise<ChildResult>;

/**
 * Ctrl-C reaches the child by itself, because it is in the same terminal group; a request to end is handed on. Terraform then
 * ends its step and writes its state, and so this process waits for it instead of dying before it. What was to follow does
 * not, whatever the child came to: one that was about to end anyway ends well.
 * @throws InsightsError COMMAND_INTERRUPTED once the child has ended
 */
export const runChild: RunChild = (request) =>
  new Promise((resolve, reject) => {
    // A program of ours has nothing to bring to an end without this one, and would be in the way of the next; Terraform has its state.
    const isOurs = request.program === process.execPath;
    const child = spawn(request.program, [...(isOurs ? endWithParent : []), ...request.arguments], {
      cwd: request.folder,
      env: request.variables,
      stdio: [isOurs ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    let isInterrupted = false;
    const interrupt = (): void => void (isInterrupted = true);
    const end = (): void => {
      interrupt();
      child.kill('SIGTERM');
    };
    process.on('SIGINT', interrupt).on('SIGTERM', end).on('SIGHUP', end);
    const [stdout, stderr] = [new LineReader(request.onLine), new LineReader(request.onLine)];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.add(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.add(text));
    const ended = (exitCode: number | undefined): void => {
      process.off('SIGINT', interrupt).off('SIGTERM', end).off('SIGHUP', end);
      stdout.end();
      stderr.end();
      if (isInterrupted) reject(interrupted(request.program));
      else resolve({ exitCode, stdout: stdout.text, stderr: stderr.text });
    };
    child.once('error', () => ended(undefined));
    child.once('close', (code) => ended(code ?? undefined));
  });

function interrupted(program: string): InsightsError {
  const name = basename(program);
  return new InsightsError('COMMAND_INTERRUPTED', `Interrupted while ${name} was at work; ${name} has ended.`);
}

/** Text as it comes in pieces, handed on in lines. */
class LineReader {
  text = '';
  private rest = '';

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(text: string): void {
    this.text += text;
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine?.(line);
  }

  end(): void {
    if (this.rest !== '') this.onLine?.(this.rest);
    this.rest = '';
  }
}
