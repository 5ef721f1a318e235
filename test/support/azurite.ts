import { spawn } from 'node:child_process';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';

/** The account that Azurite documents for development: no secret. */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly service: BlobServiceClient;
  stop(): Promise<void>;
}

/** Starts the storage emulator as a process of its own, in memory, at a port that the system chooses. */
export async function startAzurite(): Promise<Azurite> {
  const main = require.resolve('azurite/dist/src/blob/main.js');
  const options = ['--inMemoryPersistence', '--blobHost', '127.0.0.1', '--blobPort', '0', '--skipApiVersionCheck'];
  const emulator = spawn(process.execPath, [main, ...options, '--disableTelemetry'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopped = new Promise<void>((resolve) => emulator.once('exit', () => resolve()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    const deadline = setTimeout(() => emulator.kill('SIGKILL'), 50_000);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /successfully listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
      if (found?.[1] === undefined) return;
      clearTimeout(deadline);
      resolve(found[1]);
    };
    emulator.stdout.on('data', hear);
    emulator.stderr.on('data', hear);
    emulator.once('exit', () => {
      clearTimeout(deadline);
      reject(new Error(`Azurite did not start: ${said}`));
    });
  });
  const credential = new StorageSharedKeyCredential(account, accountKey);
  // The emulator closes connections that were idle for five seconds, which a test on a busy machine can meet.
  const retryOptions = { maxTries: 3, retryDelayInMs: 20, maxRetryDelayInMs: 20 };
  return {
    service: new BlobServiceClient(`${endpoint}/${account}`, credential, { retryOptions }),
    stop: async () => {
      emulator.kill('SIGKILL');
      await stopped;
    },
  };
}
