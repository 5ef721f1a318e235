import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InsightsError } from '../../src/contract/errors';
import type { ChildRequest, ChildResult } from '../../src/deployment/child-process';
import { findSparkTools, pythonFolder, setUpSpark } from '../../src/local-spark/set-up';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();

const javaOf = (version: string): string =>
  `Property settings:\n    java.home = /opt/java-${version}\n    java.specification.version = ${version}\n`;

/** A machine on which programs answer what is said here; anything else is not there. */
async function machine(answers: Readonly<Record<string, Partial<ChildResult> | (() => Partial<ChildResult>)>>) {
  const projectRoot = await temporaryFolder();
  mkdirSync(path.join(projectRoot, pythonFolder), { recursive: true });
  writeFileSync(path.join(projectRoot, pythonFolder, 'requirements.txt'), 'pyspark==3.5.6\n');
  const javaFolder = path.join(projectRoot, 'jvm');
  const calls: string[] = [];
  const said: string[] = [];
  const run = async ({ program, arguments: words, variables }: ChildRequest): Promise<ChildResult> => {
    const relative = (text: string): string => text.replaceAll(`${projectRoot}${path.sep}`, '');
    const call = [program, ...words].map(relative).join(' ');
    calls.push(variables['JAVA_HOME'] === undefined ? call : `${call} with ${relative(variables['JAVA_HOME'])}`);
    const found = Object.entries(answers).find(([start]) => call.startsWith(start))?.[1];
    const answer = typeof found === 'function' ? found() : found;
    return { exitCode: answer === undefined ? undefined : 0, stdout: '', stderr: '', ...answer };
  };
  const progress = (text: string): void => void said.push(text);
  return { projectRoot, javaFolder, calls, said, request: { projectRoot, javaFolder, variables: {}, run, progress } };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof InsightsError ? `${error.code} (${error.exitCode}): ${error.message}` : 'no refusal';
}

test('Java 17 is taken from JAVA_HOME, the PATH, or where system packages put it', async () => {
  const own = await machine({ '/own/bin/java': { stderr: javaOf('17') }, python3: {} });
  const atHome = { ...own.request, variables: { JAVA_HOME: '/own' } };
  expect(await findSparkTools(atHome)).toEqual({ javaHome: '/opt/java-17', python: 'python3.11' });
  const system = await machine({
    java: { stderr: javaOf('21') },
    'jvm/java-17-openjdk-amd64/bin/java': { stderr: javaOf('17') },
    'python3.12': {},
  });
  mkdirSync(path.join(system.javaFolder, 'java-17-openjdk-amd64'), { recursive: true });
  mkdirSync(path.join(system.javaFolder, 'java-21-openjdk-amd64'), { recursive: true });
  expect(await findSparkTools(system.request)).toEqual({ javaHome: '/opt/java-17', python: 'python3.12' });
  expect(system.calls).toEqual([
    'java -XshowSettings:properties -version',
    'jvm/java-17-openjdk-amd64/bin/java -XshowSettings:properties -version',
    'python3.11 -c import sys; sys.exit(sys.version_info < (3, 11))',
    'python3.12 -c import sys; sys.exit(sys.version_info < (3, 11))',
  ]);
});

test('without Java 17 or Python 3.11 it says what it found, and where it looked', async () => {
  const newer = await machine({ java: { stderr: javaOf('21') }, python3: {} });
  expect(await refusal(setUpSpark(newer.request))).toBe(
    `SPARK_JAVA_MISSING (3): Java 17 was not found in JAVA_HOME, the PATH or ${newer.javaFolder}. Found: Java 21.`,
  );
  const none = await machine({ python3: {} });
  expect(await refusal(setUpSpark(none.request))).toBe(
    `SPARK_JAVA_MISSING (3): Java 17 was not found in JAVA_HOME, the PATH or ${none.javaFolder}.`,
  );
  const old = await machine({ java: { stderr: javaOf('17') }, python3: { exitCode: 1 } });
  expect(await refusal(setUpSpark(old.request))).toBe(
    'SPARK_PYTHON_MISSING (3): No Python 3.11 or later was found in the PATH (python3.11, python3.12, python3).',
  );
  expect(existsSync(path.join(old.projectRoot, '.insights'))).toBe(false);
});

const environment = '.insights/spark/venv';

test('it installs what is missing, says so, and the next time does nothing', async () => {
  const jars = `${environment}/bin/python ${pythonFolder}/jars.py .insights/spark/ivy`;
  let isFetched = false;
  const here: Awaited<ReturnType<typeof machine>> = await machine({
    java: { stderr: javaOf('17') },
    'python3.11 -c': {},
    'python3.11 -m venv': () => {
      mkdirSync(path.join(here.projectRoot, environment, 'bin'), { recursive: true });
      writeFileSync(path.join(here.projectRoot, environment, 'bin', 'python'), '');
      return {};
    },
    [`${environment}/bin/python -m pip`]: {},
    [`${jars} fetch`]: () => {
      isFetched = true;
      return {};
    },
    [jars]: () => ({ exitCode: isFetched ? 0 : 1 }),
  });
  const spark = {
    javaHome: '/opt/java-17',
    python: path.join(here.projectRoot, environment, 'bin', 'python'),
    ivy: path.join(here.projectRoot, '.insights', 'spark', 'ivy'),
  };
  expect(await setUpSpark(here.request)).toEqual(spark);
  expect(here.calls.slice(2)).toEqual(
    [
      `python3.11 -m venv ${environment}`,
      `${environment}/bin/python -m pip install --quiet --disable-pip-version-check -r ${pythonFolder}/requirements.txt`,
      jars,
      `${jars} fetch`,
    ].map((call) => `${call} with /opt/java-17`),
  );
  expect(here.said).toEqual([
    'making an environment of Python for Spark',
    `installing ${pythonFolder}/requirements.txt (the first time only, about 400 MB for Spark)`,
    'fetching the jars of Delta and of the storage driver (the first time only)',
  ]);
  here.calls.length = here.said.length = 0;
  expect(await setUpSpark(here.request)).toEqual(spark);
  expect([here.calls.slice(2), here.said]).toEqual([[`${jars} with /opt/java-17`], []]);
});

test('what could not be installed is said with the end of what was said about it', async () => {
  const here: Awaited<ReturnType<typeof machine>> = await machine({
    java: { stderr: javaOf('17') },
    'python3.11 -c': {},
    'python3.11 -m venv': { exitCode: 1 },
    [`${environment}/bin/python -m pip`]: { exitCode: 1, stderr: 'a\nb\nc\nd\ne\nNo matching distribution\n' },
  });
  expect(await refusal(setUpSpark(here.request))).toBe(
    'SPARK_PYTHON_MISSING (3): The module venv of python3.11 does not work.',
  );
  mkdirSync(path.join(here.projectRoot, environment, 'bin'), { recursive: true });
  writeFileSync(path.join(here.projectRoot, environment, 'bin', 'python'), '');
  expect(await refusal(setUpSpark(here.request))).toBe(
    `SPARK_SETUP_FAILED (3): The packages of ${pythonFolder}/requirements.txt could not be installed.\nb\nc\nd\ne\nNo matching distribution`,
  );
  expect(readdirSync(path.join(here.projectRoot, environment))).toEqual(['bin']);
});
