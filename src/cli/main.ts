import path from 'node:path';
import { runCli } from './program';

// A reader that stops reading (`insights explain | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCli(process.argv.slice(2), {
  streams: { stdout: process.stdout, stderr: process.stderr },
  environment: process.env,
  projectRoot: path.resolve(__dirname, '..', '..'),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
