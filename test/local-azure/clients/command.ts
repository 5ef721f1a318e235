import { runCli } from '../../../src/cli/program';

/** `insights` with the words after the first, in the project folder that the first one names. */
const [projectRoot = '', ...words] = process.argv.slice(2);
void runCli(words, { streams: process, environment: process.env, projectRoot }).then((code) => {
  process.exitCode = code;
});
