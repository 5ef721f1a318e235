import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../contract/errors';
import { ownFolder } from '../contract/project-folders';
import type { ChildResult, RunChild } from '../deployment/child-process';

/** What runs notebooks on this machine. */
export interface LocalSpark {
  readonly javaHome: string;
  /** The interpreter of an environment of its own, with Spark in it. */
  readonly python: string;
  /** Cache of ivy with the jars that `python/jars.py` names. */
  readonly ivy: string;
}

export interface SparkSetUp {
  readonly projectRoot: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly run: RunChild;
  /** Files of requirements beside the product's own, which a test tier has. @default none */
  readonly requirements?: readonly string[];
  /** Where system packages put their Java. @default /usr/lib/jvm */
  readonly javaFolder?: string;
  readonly progress: (text: string) => void;
}

/** Where the Python of sessions is, below the project. */
export const pythonFolder = path.join('src', 'local-spark', 'python');

const pythons = ['python3.11', 'python3.12', 'python3'];

/**
 * Finds Java and Python.
 * @throws InsightsError SPARK_JAVA_MISSING, SPARK_PYTHON_MISSING
 */
export async function findSparkTools(
  setUp: SparkSetUp,
): Promise<{ readonly javaHome: string; readonly python: string }> {
  return { javaHome: await findJava(setUp), python: await findPython(setUp) };
}

/**
 * Prepares local Spark below `.insights/spark`: an environment of Python with Spark, and the jars of Delta and of the storage driver. What is
 * there already is left alone.
 * @throws InsightsError SPARK_JAVA_MISSING, SPARK_PYTHON_MISSING, SPARK_SETUP_FAILED
 */
export async function setUpSpark(setUp: SparkSetUp): Promise<LocalSpark> {
  const { projectRoot, requirements = [], progress } = setUp;
  const { javaHome, python: system } = await findSparkTools(setUp);
  const folder = ownFolder(projectRoot, 'spark');
  const environment = path.join(folder, 'venv');
  const python = path.join(environment, 'bin', 'python');
  const call = (program: string, words: readonly string[]) => ask(setUp, program, words, { JAVA_HOME: javaHome });
  mkdirSync(folder, { recursive: true });
  if (!existsSync(python)) {
    progress('making an environment of Python for Spark');
    const { exitCode } = await call(system, ['-m', 'venv', environment]);
    if (exitCode !== 0) {
      throw new InsightsError('SPARK_PYTHON_MISSING', `The module venv of ${system} does not work.`);
    }
  }
  for (const file of [path.join(projectRoot, pythonFolder, 'requirements.txt'), ...requirements]) {
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
    const stamp = path.join(environment, `installed-${digest}`);
    if (existsSync(stamp)) continue;
    progress(`installing ${path.relative(projectRoot, file)} (the first time only, about 400 MB for Spark)`);
    const installed = await call(python, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      file,
    ]);
    refuse(installed, `The packages of ${path.relative(projectRoot, file)} could not be installed.`);
    writeFileSync(stamp, '');
  }
  const ivy = path.join(folder, 'ivy');
  const jars = path.join(projectRoot, pythonFolder, 'jars.py');
  if ((await call(python, [jars, ivy])).exitCode !== 0) {
    progress('fetching the jars of Delta and of the storage driver (the first time only)');
    refuse(await call(python, [jars, ivy, 'fetch']), 'The jars of Delta and of the storage driver could not be had.');
  }
  return { javaHome, python, ivy };
}

async function findJava(setUp: SparkSetUp): Promise<string> {
  const { JAVA_HOME: home = '' } = setUp.variables;
  const { javaFolder = '/usr/lib/jvm' } = setUp;
  const system = existsSync(javaFolder)
    ? readdirSync(javaFolder)
        .filter((name) => /\b17\b/.test(name))
        .sort()
    : [];
  const inFolder = (folder: string): string => path.join(folder, 'bin', 'java');
  const candidates = [
    ...(home === '' ? [] : [inFolder(home)]),
    'java',
    ...system.map((name) => inFolder(path.join(javaFolder, name))),
  ];
  const found: string[] = [];
  for (const java of candidates) {
    const { exitCode, stderr } = await ask(setUp, java, ['-XshowSettings:properties', '-version']);
    const property = (name: string): string | undefined => new RegExp(`^\\s*${name} = (.*)$`, 'm').exec(stderr)?.[1];
    const [version, javaHome] = [property('java\\.specification\\.version'), property('java\\.home')];
    if (exitCode !== 0 || version === undefined || javaHome === undefined) continue;
    if (version === '17') return javaHome;
    found.push(version);
  }
  const others = found.length === 0 ? '' : ` Found: Java ${[...new Set(found)].join(', ')}.`;
  throw new InsightsError(
    'SPARK_JAVA_MISSING',
    `Java 17 was not found in JAVA_HOME, the PATH or ${javaFolder}.${others}`,
  );
}

async function findPython(setUp: SparkSetUp): Promise<string> {
  for (const python of pythons) {
    const { exitCode } = await ask(setUp, python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']);
    if (exitCode === 0) return python;
  }
  throw new InsightsError(
    'SPARK_PYTHON_MISSING',
    `No Python 3.11 or later was found in the PATH (${pythons.join(', ')}).`,
  );
}

function ask(
  { projectRoot, variables, run }: SparkSetUp,
  program: string,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<ChildResult> {
  return run({ program, arguments: words, folder: projectRoot, variables: { ...variables, ...more } });
}

function refuse({ exitCode, stderr }: ChildResult, message: string): void {
  if (exitCode === 0) return;
  const said = stderr.trimEnd().split('\n').slice(-5).join('\n');
  throw new InsightsError('SPARK_SETUP_FAILED', `${message}\n${said}`.trimEnd());
}
