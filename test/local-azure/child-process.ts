import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { clientEnvironment } from '../../src/local-azure/client-environment';
import type { LocalAzure } from '../../src/local-azure/local-azure';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = path.resolve(__dirname, '..', '..');

/** Variables that point a child process at a local Azure; the certificate is written to a folder of the test. */
export function environmentOf(azure: LocalAzure, folder: string): Record<string, string> {
  const certificate = path.join(folder, 'authority.pem');
  writeFileSync(certificate, azure.authority.cert);
  const own = ['PATH', 'HOME', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const { settings } = azure.services.world;
  return { ...Object.fromEntries(own), ...clientEnvironment({ url: azure.url, certificate, settings }) } as Record<
    string,
    string
  >;
}

/** Runs Node in the project with these words and variables only. */
export function runNode(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const heard = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...heard }));
  });
}

/** Runs a TypeScript file of this folder's `clients`. */
export function runClient(name: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  return runNode(['--import', 'tsx', path.join('test', 'local-azure', 'clients', `${name}.ts`)], environment);
}

/** Runs an operation as Terraform does. */
export function runOperation(
  name: string,
  action: 'create' | 'delete',
  input: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const variables = { ...environment, INSIGHTS_OPERATION_INPUT: JSON.stringify(input) };
  return runNode([path.join('bin', 'insights.cjs'), 'operation', name, action], variables);
}
