import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { InsightsError } from '../contract/errors';
import { pythonFolder, type LocalSpark } from './set-up';

export interface SessionOptions {
  readonly projectRoot: string;
  readonly spark: LocalSpark;
  /** Gets the session's log and what Spark puts aside. */
  readonly folder: string;
  /** Of the process: proxy and certificates of the local Azure are in it. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Spark's settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where the session gets tokens of its identity. */
  readonly endpoint: string;
  /** Name of the workspace. */
  readonly workspace: string;
  /** Gets each line that a notebook prints. */
  readonly progress: (text: string) => void;
}

/** A notebook with all that it runs. */
export interface NotebookRun {
  readonly notebook: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Cells by name of the notebook, as the service stores them. */
  readonly notebooks: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly ready?: true;
  readonly exit?: string;
  readonly error?: string;
}

/** Last lines of a session's log that an error quotes. */
const quotedLines = 8;

/** One Spark session in a process of its own (python/serve.py), which runs one notebook after the other. */
export class SessionProcess {
  private readonly waiting: ((answer: Answer | undefined) => void)[] = [];
  private isOver = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {
    const over = (): void => {
      this.isOver = true;
      for (const tell of this.waiting.splice(0)) tell(undefined);
    };
    child.once('error', over).once('close', over);
    // A session that has ended takes no more: the end is told by the answer that does not come.
    child.stdin?.on('error', () => undefined);
    createInterface(child.stdio[3] as Readable).on('line', (line) =>
      this.waiting.shift()?.(JSON.parse(line) as Answer),
    );
  }

  /** @throws InsightsError SPARK_SESSION_FAILED */
  static async start(options: SessionOptions): Promise<SessionProcess> {
    const { projectRoot, spark, folder, variables, settings, endpoint, workspace, progress } = options;
    const log = path.join(folder, 'session.log');
    // The session writes it itself: what it said last is there when it has ended.
    const errors = openSync(log, 'w');
    const child = spawn(spark.python, [path.join(projectRoot, pythonFolder, 'serve.py')], {
      cwd: folder,
      env: { ...variables, JAVA_HOME: spark.javaHome, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', errors, 'pipe'],
      // With Java, which it starts, in a group of its own: Ctrl-C is for whoever holds the session, which ends it.
      detached: true,
    });
    closeSync(errors);
    createInterface(child.stdout as Readable).on('line', progress);
    const session = new SessionProcess(child, log);
    const { ready } = await session.ask({ work: folder, ivy: spark.ivy, endpoint, workspace, spark: settings });
    if (ready !== true) throw session.failure();
    return session;
  }

  get isAlive(): boolean {
    return !this.isOver;
  }

  /**
   * @returns what the notebook exits with; empty where it just ends
   * @throws Error with what the notebook says; InsightsError SPARK_SESSION_FAILED where the session ends instead
   */
  async run(run: NotebookRun): Promise<string> {
    const { exit, error } = await this.ask(run);
    if (error !== undefined) throw new Error(error);
    if (exit === undefined) throw this.failure();
    return exit;
  }

  /** Ends it, whatever it is at. */
  async stop(): Promise<void> {
    if (this.isOver) return;
    const gone = new Promise((resolve) => this.child.once('close', resolve));
    const { pid } = this.child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
    await gone;
  }

  private ask(document: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.isOver) return reject(this.failure());
      this.waiting.push((answer) => (answer === undefined ? reject(this.failure()) : resolve(answer)));
      this.child.stdin?.write(`${JSON.stringify(document)}\n`);
    });
  }

  private failure(): InsightsError {
    const said = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-quotedLines).join('\n');
    return new InsightsError('SPARK_SESSION_FAILED', `The local Spark session ended.\n${said}`.trimEnd(), {
      place: { file: this.log },
    });
  }
}
