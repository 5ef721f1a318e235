import type { ErrorEntry } from './error-entry';

const withoutSpark = 'or rehearse on the embedded engine (`--engine duckdb`), which needs neither Python nor Java.';

/** Notebooks on Spark on this machine (`--engine spark`). */
export const localSparkErrors = {
  SPARK_JAVA_MISSING: {
    meaning: 'Spark 3.5 runs on Java 17, and this machine has none that was found.',
    nextStep: `Install it (Debian, Ubuntu: \`apt-get install openjdk-17-jre-headless\`) or set JAVA_HOME, ${withoutSpark}`,
    exit: 'outside',
  },
  SPARK_PYTHON_MISSING: {
    meaning: 'Notebooks run in Python 3.11 or later with its module venv, and this machine has none that was found.',
    nextStep: `Install it (Debian, Ubuntu: \`apt-get install python3 python3-venv\`), ${withoutSpark}`,
    exit: 'outside',
  },
  SPARK_SETUP_FAILED: {
    meaning: 'Spark or a jar that it needs could not be installed.',
    nextStep: `The first time needs the network (PyPI and Maven Central). Run it again once they are reached, ${withoutSpark}`,
    exit: 'outside',
  },
  SPARK_SESSION_FAILED: {
    meaning: 'The local Spark session ended, or never started.',
    nextStep: 'Read the end of its log, which the message names; it takes about 4 GB of memory. Then run it again.',
    exit: 'outside',
  },
} as const satisfies Record<string, ErrorEntry>;
