import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { InsightsError } from '../../contract/errors';
import { endWithParent } from '../../lake/process-identity';

/** Accounts of the emulator that stand behind the accounts of a local Azure; more than a rehearsal makes. */
const slotCount = 16;
const startLimit = 60_000;

/** An account of the emulator, with a key that only this process has. */
export interface Slot {
  readonly name: string;
  readonly key: string;
}

/** The storage emulator as a process of its own; it is reached by this process only, and ends with it. */
export class Azurite {
  private constructor(
    private readonly emulator: ChildProcess,
    /** `http://127.0.0.1:<port>`. */
    readonly endpoint: string,
    readonly slots: readonly Slot[],
  ) {}

  /**
   * @param folder where bytes are kept. @default in memory
   * @param keys keys of the slots of an earlier start with the same folder. @default new ones
   * @throws InsightsError LOCAL_AZURE_FAILED
   */
  static async start(folder?: string, keys?: readonly string[]): Promise<Azurite> {
    const slots = Array.from({ length: slotCount }, (_, index) => ({
      name: `slot${index}`,
      key: keys?.[index] ?? randomBytes(32).toString('base64'),
    }));
    const main = require.resolve('azurite/dist/src/blob/main.js');
    const place = folder === undefined ? ['--inMemoryPersistence'] : ['--location', path.join(folder, 'blobs')];
    const emulator = spawn(
      process.execPath,
      [
        ...endWithParent,
        '--require',
        path.join(__dirname, 'find-by-name.cjs'),
        main,
        ...place,
        '--blobHost',
        '127.0.0.1',
        '--blobPort',
        '0',
        '--skipApiVersionCheck',
        '--disableTelemetry',
        '--silent',
      ],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        // In a group of its own: Ctrl-C is for whoever holds it, which ends it when nothing needs it any more.
        detached: process.platform !== 'win32',
        env: { ...process.env, AZURITE_ACCOUNTS: slots.map(({ name, key }) => `${name}:${key}`).join(';') },
      },
    );
    try {
      return new Azurite(emulator, await listening(emulator), slots);
    } catch (cause) {
      emulator.kill('SIGKILL');
      throw new InsightsError('LOCAL_AZURE_FAILED', 'The storage emulator did not start.', { cause });
    }
  }

  async stop(): Promise<void> {
    if (this.emulator.exitCode !== null || this.emulator.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.emulator.once('close', () => resolve()));
    // It writes its index when it is asked to end.
    this.emulator.kill('SIGTERM');
    const late = setTimeout(() => this.emulator.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(late);
  }
}

function listening(emulator: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const deadline = setTimeout(() => reject(new Error('It did not say where it listens.')), startLimit);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, found] = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (found === undefined) return;
      clearTimeout(deadline);
      resolve(found);
    };
    emulator.stdout?.on('data', hear);
    emulator.stderr?.on('data', hear);
    emulator.once('exit', (code) => {
      clearTimeout(deadline);
      reject(new Error(`It ended with ${code}.`));
    });
  });
}
