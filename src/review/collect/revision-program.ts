import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { BuildFailure, Plugin } from 'esbuild';

/** A program of a revision in one file, ready for Node. */
export interface RevisionProgram {
  readonly file: string;
  /** Of everything that decides what it does; revisions with the same digest need to be run once. */
  readonly digest: string;
}

export interface ProgramRequest {
  /** Folder with the files of the revision. */
  readonly tree: string;
  /** What Node starts, relative to the tree. */
  readonly entry: string;
  /** What decides the outcome, where the entry holds more than is used. @default the entry */
  readonly decisive?: string;
  /** Files and folders of the tree that it reads. */
  readonly reads: readonly string[];
  /** Folder for the file, there already. */
  readonly output: string;
}

/**
 * Puts a program of a revision into one file: a compiler at every start costs more than the program. Packages stay outside:
 * both revisions run with those that are installed here, so that versions count for nothing in the digest, nor do comments.
 * @returns the words of what is wrong, where it cannot be put together
 */
export async function bundleProgram(request: ProgramRequest): Promise<RevisionProgram | string> {
  const { tree, entry, decisive = entry, reads, output } = request;
  const file = join(output, `${entry.replace(/\W/g, '-')}.cjs`);
  try {
    await bundle(tree, entry, file);
    const deciding = decisive === entry ? file : join(output, `${decisive.replace(/\W/g, '-')}.cjs`);
    if (decisive !== entry) await bundle(tree, decisive, deciding);
    linkPackages(tree, output);
    return { file, digest: digestOf(tree, deciding, reads) };
  } catch (error) {
    return wordsOf(error as Partial<BuildFailure>, entry);
  }
}

/** As a failed synthesis is told: what failed, then a line for each reason. */
function wordsOf({ errors = [], message }: Partial<BuildFailure>, entry: string): string {
  const reasons = errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${location.line}: ${text}`,
  );
  const lines = reasons.length === 0 ? [message ?? ''] : reasons;
  return [`${entry} cannot be put together:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

async function bundle(tree: string, entry: string, outfile: string): Promise<void> {
  const { build } = require('esbuild') as typeof import('esbuild');
  await build({
    absWorkingDir: tree,
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: `node${process.versions.node}`,
    minifyWhitespace: true,
    logLevel: 'silent',
    plugins: [ownFolders(tree)],
  });
}

/** Lets a file find its own folder, as it would unbundled: by its place in the folder in which the program is started. */
function ownFolders(tree: string): Plugin {
  return {
    name: 'own folders',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes('__dirname')) return undefined;
        const folder = relative(tree, dirname(path)).split(sep).join('/');
        const line = `const __dirname = require('node:path').resolve(${JSON.stringify(folder)});`;
        return { contents: `${line}\n${text}`, loader: 'ts' };
      });
    },
  };
}

function linkPackages(tree: string, output: string): void {
  const [packages, link] = [join(tree, 'node_modules'), join(output, 'node_modules')];
  if (existsSync(packages) && !existsSync(link)) symlinkSync(packages, link, 'junction');
}

function digestOf(tree: string, program: string, reads: readonly string[]): string {
  return createHash('sha256').update(readFileSync(program)).update(digestOfFiles(tree, reads)).digest('hex');
}

/** Of files of a folder, and of those below folders of it: of their places and of what is in them. */
export function digestOfFiles(folder: string, names: readonly string[]): string {
  const digest = createHash('sha256');
  for (const path of names.flatMap((name) => filesBelow(folder, name))) {
    digest.update(`\n${path}\n`).update(readFileSync(join(folder, path)));
  }
  return digest.digest('hex');
}

/** Names of files with their folders; their order is the same everywhere. */
function filesBelow(tree: string, name: string): readonly string[] {
  const path = join(tree, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((inner) => filesBelow(tree, `${name}/${inner}`));
}
