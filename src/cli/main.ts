import path from 'node:path';
import { formatError } from '../contract/errors';
import { passphraseVariable } from '../contract/salt';
import { outputNotWritten } from '../contract/system-failure';
import { runCli } from './program';

// A reader that stops reading (`insights explain | head`) is not an error; a result that is not kept anywhere is one.
let unwritten: number | undefined;
process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
  if (thrown.code === 'EPIPE' || unwritten !== undefined) return;
  const error = outputNotWritten('The result', 'standard output', thrown);
  unwritten = error.exitCode;
  process.exitCode ||= unwritten;
  process.stderr.write(`${formatError(error)}\n`);
});

// Of progress nobody needs to know, and there is no place left to say it: what is at work goes on.
process.stderr.on('error', () => undefined);

// A signal ends the process as it would anyway, but by way of `exit`, at which temporary folders are removed. A command
// that has something to end first listens itself.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}

// For this process alone: whatever it starts gets the environment, `az` of a credential included.
const passphrase = process.env[passphraseVariable];
delete process.env[passphraseVariable];

void runCli(process.argv.slice(2), {
  streams: { stdout: process.stdout, stderr: process.stderr },
  environment: process.env,
  ...(passphrase === undefined ? {} : { passphrase }),
  projectRoot: path.resolve(__dirname, '..', '..'),
}).then((exitCode) => {
  process.exitCode = exitCode || unwritten;
});
