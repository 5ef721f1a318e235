import { runCli } from '../../src/cli/program';
import { captured } from './captured';

test.each(['0', '-1', 'two', '10000'])('%s threads are refused', async (threads) => {
  const surroundings = captured();
  expect(await runCli(['process', `--threads=${threads}`], surroundings)).toBe(2);
  expect(surroundings.printed().stderr.split('\n')[0]).toBe(
    `USAGE: Option '--threads <number>' argument '${threads}' is invalid. It must be a whole number, 1 or more.`,
  );
});

test.each(['-1', 'soon'])('%s minutes are refused', async (minutes) => {
  const surroundings = captured();
  expect(await runCli(['process', `--settle-minutes=${minutes}`], surroundings)).toBe(2);
  expect(surroundings.printed().stderr.split('\n')[0]).toBe(
    `USAGE: Option '--settle-minutes <minutes>' argument '${minutes}' is invalid. It must be a whole number, 0 or more.`,
  );
});
