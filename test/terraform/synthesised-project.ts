import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Json } from '../constructs/synthesised';

/** What synthesis reads, and no packages: a copy outside the project, where other packages can be installed. */
export function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'insights-terraform-'));
  for (const part of [
    'main.ts',
    'cdktf.json',
    'tsconfig.json',
    'constructs',
    'environments',
    'assets',
    'src',
    'test_data/SHA256SUMS',
  ]) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  mkdirSync(join(copy, 'node_modules'));
  return copy;
}

/** Runs main.ts of `project` (the copy's packages, our tsx) and gives the JSON of its stacks by name. */
export function synthesiseProject(
  project: string,
  outdir = join(project, 'cdktf.out'),
): Readonly<Record<string, Json>> {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  execFileSync(process.execPath, ['--import', tsx, 'main.ts'], {
    cwd: project,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
  });
  const names = readdirSync(join(outdir, 'stacks'));
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')) as Json]),
  );
}

/** Whether `command` can be started at all. */
export function isInstalled(command: string): boolean {
  return spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Terraform as the user has set it up, so that its provider mirrors and plugin folders count, but without network: the
 * proxy is a closed port.
 */
export function terraform(folder: string, ...words: string[]): SpawnSyncReturns<string> {
  const closed = 'http://127.0.0.1:9';
  return spawnSync('terraform', [...words, '-no-color'], {
    cwd: folder,
    encoding: 'utf8',
    // A plan shows every line of every notebook.
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', HTTPS_PROXY: closed, HTTP_PROXY: closed },
  });
}
