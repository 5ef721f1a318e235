import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as timer } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitCodes, InsightsError } from '../../contract/errors';
import { ownFolder } from '../../contract/project-folders';
import type { LocalAzureOptions } from '../../local-azure/local-azure';
import type { LocalAzurePlace } from '../../local-azure/running';
import { wholeNumber } from '../arguments';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome } from '../run-command';

interface StartFlags {
  readonly state?: string;
  readonly port?: number;
  readonly clientAddress?: string;
  readonly propagationSeconds?: number;
  readonly foreground?: boolean;
}

/** How long starting and stopping may take, and how often it is looked. */
const limit = 60_000;
const pause = 50;

/** `insights local-azure`: Azure on this machine, for cdktf, the SDKs or `az` to use instead of the real one. */
export function addLocalAzure({ program, run }: CommandFrame): void {
  const group = program.command('local-azure').description('a stand-in for Azure on this machine: start, env, stop');
  group
    .command('start')
    .description('start it; then `eval "$(insights local-azure env)"` points this shell at it')
    .option('--state <folder>', 'keep everything there between starts; without it all is gone at the end')
    .option('--port <number>', 'port of the proxy; any free one without it', wholeNumber)
    .option('--client-address <address>', 'public address that requests come from, for network rules')
    .option('--propagation-seconds <number>', 'after which roles and network rules work', wholeNumber)
    .option('--foreground', 'stay until Ctrl-C')
    .action((flags: StartFlags, command: Command) =>
      run(command, (output, { projectRoot }) => {
        const place = placeOf(projectRoot);
        return flags.foreground === true ? serve(place, flags, output) : startBehind(place, flags, projectRoot, output);
      }),
    );
  group
    .command('env')
    .description('print the variables that point a shell at it')
    .action((_flags: unknown, command: Command) =>
      run(command, async (output, { projectRoot }) => {
        const { environment } = placeOf(projectRoot).require();
        for (const [name, value] of Object.entries(environment)) output.line(`export ${name}='${value}'`);
        return { result: environment };
      }),
    );
  group
    .command('stop')
    .description('end it; fails when it was asked for something that it does not know')
    .action((_flags: unknown, command: Command) =>
      run(command, (output, { projectRoot }) => stop(placeOf(projectRoot), output)),
    );
}

function placeOf(projectRoot: string): LocalAzurePlace {
  const { LocalAzurePlace: Place } = require('../../local-azure/running') as typeof import('../../local-azure/running');
  return new Place(ownFolder(projectRoot, 'local-azure'));
}

async function serve(place: LocalAzurePlace, flags: StartFlags, output: Output): Promise<Outcome> {
  const { refuseUnknown } = require('../../local-azure/running') as typeof import('../../local-azure/running');
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt).once('SIGHUP', interrupt);
  try {
    const ended = await place.run(optionsOf(flags), interruption.signal, ({ url }) => {
      output.line(`Local Azure at ${url}; Ctrl-C ends it.`);
    });
    refuseUnknown(ended);
    return { result: ended };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', interrupt);
  }
}

function optionsOf({ state, port, clientAddress, propagationSeconds }: StartFlags): LocalAzureOptions {
  return {
    ...(state === undefined ? {} : { folder: path.resolve(state) }),
    ...(port === undefined ? {} : { port }),
    settings: {
      ...(clientAddress === undefined ? {} : { clientAddress }),
      ...(propagationSeconds === undefined ? {} : { propagationSeconds }),
    },
  };
}

/** Another process serves; it is there when it says so in the project's folder. */
async function startBehind(
  place: LocalAzurePlace,
  flags: StartFlags,
  projectRoot: string,
  output: Output,
): Promise<Outcome> {
  if (place.find() !== undefined) throw alreadyRunning();
  const words = Object.entries({
    '--state': flags.state === undefined ? undefined : path.resolve(flags.state),
    '--port': flags.port,
    '--client-address': flags.clientAddress,
    '--propagation-seconds': flags.propagationSeconds,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name, `${value}`]));
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  const log = path.join(place.folder, 'log.txt');
  const file = openSync(log, 'w', 0o600);
  const main = path.join(projectRoot, 'bin', 'insights.cjs');
  const server = spawn(process.execPath, [main, 'local-azure', 'start', '--foreground', ...words], {
    detached: true,
    stdio: ['ignore', file, file],
  });
  server.unref();
  for (let waited = 0; waited < limit && server.exitCode === null; waited += pause) {
    const running = place.find();
    if (running !== undefined && running.process.pid === server.pid) {
      output.line(`Local Azure at ${running.url}. Use it: eval "$(insights local-azure env)"`);
      return { result: { url: running.url, pid: running.process.pid } };
    }
    await timer(pause);
  }
  server.kill();
  // It was refused, because another one was faster. A state that it cannot read is refused with the same exit code.
  if (server.exitCode === exitCodes.usage && place.isTaken) throw alreadyRunning();
  throw new InsightsError('LOCAL_AZURE_FAILED', 'The local Azure did not start.', {
    place: { file: path.relative(projectRoot, log) },
  });
}

function alreadyRunning(): InsightsError {
  return new InsightsError('LOCAL_AZURE_RUNNING', 'A local Azure is running here already.');
}

async function stop(place: LocalAzurePlace, output: Output): Promise<Outcome> {
  const { refuseUnknown } = require('../../local-azure/running') as typeof import('../../local-azure/running');
  const { process: server } = place.require();
  // A number of a process there is one of somebody else here.
  if (server.host !== hostname()) {
    throw new InsightsError('LOCAL_AZURE_RUNNING', 'The local Azure runs on another machine, and is ended there.');
  }
  process.kill(server.pid, 'SIGTERM');
  for (let waited = 0; waited < limit && place.find() !== undefined; waited += pause) await timer(pause);
  if (place.find() !== undefined) throw new InsightsError('LOCAL_AZURE_FAILED', 'The local Azure did not end.');
  const { ended } = place;
  output.line(`Ended after ${ended?.requests ?? 0} requests.`);
  if (ended !== undefined) refuseUnknown(ended);
  return { result: ended ?? null };
}
