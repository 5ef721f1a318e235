import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const projectRoot = path.resolve(__dirname, '..', '..');
const readProjectFile = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8');

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readProjectFile('package.json')) as Manifest;
const lock = JSON.parse(readProjectFile('package-lock.json')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const locked = Object.entries(lock.packages);

/** What Node's resolution would find for `name` required by the package in `folder`. */
function isResolvable(name: string, folder: string): boolean {
  const parents = folder.split(/(?:^|\/)node_modules\//).map((_, depth, parts) => parts.slice(0, depth + 1));
  return parents.some((parts) => [...parts, name].join('/node_modules/').replace(/^\//, '') in lock.packages);
}

test('every version is exact', () => {
  const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
  const inexact = Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(inexact).toEqual([]);
});

test('the lock file has every package that any platform needs', () => {
  const needed = locked.flatMap(([folder, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => ({ folder, name })),
  );
  expect(needed.filter(({ folder, name }) => !isResolvable(name, folder))).toEqual([]);
  expect(needed.length).toBeGreaterThan(500);
});

test('the lock file names no download hosts, and has a hash for every package that is downloaded', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  const unhashed = locked.filter(
    ([folder, entry]) => folder !== '' && !entry.inBundle && entry.integrity === undefined,
  );
  expect(unhashed).toEqual([]);
});

test('the lock file belongs to package.json', () => {
  const { dependencies, devDependencies, engines } = lock.packages[''] as unknown as Manifest;
  expect({ dependencies, devDependencies, engines }).toEqual({
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
    engines: manifest.engines,
  });
});

test('Node 20.9 is enough for every runtime package', () => {
  expect(manifest.engines).toEqual({ node: '>=20.9' });
  const demanding = locked.filter(([, { dev, engines }]) => {
    const least = /^(?:>=|\^)\s*(\d+)(?:\.(\d+))?/.exec(engines?.node ?? '');
    return dev !== true && least !== null && Number(least[1]) * 100 + Number(least[2] ?? 0) > 2009;
  });
  expect(demanding).toEqual([]);
});

test('no install script is allowed to run, and each package that has one is listed', () => {
  const withScript = locked.filter(([, entry]) => entry.hasInstallScript === true);
  const names = withScript.map(([folder]) => folder.replace(/^.*node_modules\//, ''));
  expect(manifest.allowScripts).toEqual(Object.fromEntries(names.map((name) => [name, false])));
});

test('docs/security.md lists the licences of all runtime packages', () => {
  const packages = new Map<string, Set<string>>();
  for (const [folder, { dev, license }] of locked) {
    if (folder === '' || dev === true) continue;
    const names = packages.get(license ?? 'not said in the form of the lock file') ?? new Set();
    packages.set(
      license ?? 'not said in the form of the lock file',
      names.add(folder.replace(/^.*node_modules\//, '')),
    );
  }
  const text = readProjectFile('docs/security.md');
  const rows = [...text.slice(text.indexOf('| licence |')).matchAll(/^\| (.+?) \| (\d+) \| (.*?) *\|$/gm)];
  expect(rows.map(([, licence, count, names]) => [licence, Number(count), names])).toEqual(
    [...packages]
      .map(([licence, names]) => [licence, names.size, names.size < 6 ? [...names].sort().join(', ') : ''] as const)
      .sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1)),
  );
});

/** Packages that are used without being imported: by configuration, by a command, or as the types of something. */
const usedOtherwise = [
  '@swc/core',
  '@swc/jest',
  '@types/d3-hierarchy',
  '@types/jest',
  '@types/node',
  'eslint',
  'jest',
  'prettier',
  'typescript',
];

test('every dependency is used, and runtime code uses runtime dependencies', () => {
  const imported = (folders: readonly string[]): Set<string> => new Set(folders.flatMap(importsBelow));
  const everywhere = imported(['src', 'constructs', 'test', 'bench', 'bin', 'main.ts', 'eslint.config.mjs']);
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(all.filter((name) => !everywhere.has(name) && !usedOtherwise.includes(name))).toEqual([]);

  const runtime = Object.keys(manifest.dependencies);
  expect([...imported(['src', 'bin'])].filter((name) => !runtime.includes(name))).toEqual([]);
});

/** Names of the packages that the files below a folder (or one file) import. Node's own modules are left out. */
function importsBelow(place: string): string[] {
  return sourceFilesBelow(place).flatMap((file) =>
    [...readProjectFile(file).matchAll(/(?:\bfrom |\bimport |\bimport\(|\brequire(?:\.resolve)?\()'([^'.\s][^'\s]*)'/g)]
      .map(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
      .filter((name) => !name.startsWith('node:') && !['child_process', 'crypto', 'fs', 'path'].includes(name)),
  );
}

function sourceFilesBelow(place: string): string[] {
  if (/\.\w+$/.test(place)) return [place];
  if (!existsSync(path.join(projectRoot, place))) return [];
  const files = readdirSync(path.join(projectRoot, place), { encoding: 'utf8', recursive: true });
  return files.filter((file) => /\.[cm]?[tj]s$/.test(file)).map((file) => path.join(place, file));
}
