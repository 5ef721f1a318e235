import { errorOf, toldError } from '../../src/contract/command-document';
import { InsightsError } from '../../src/contract/errors';

test('the error of a command in a process of its own is told as if it had been thrown here', () => {
  const error = new InsightsError('LAKE_LOCKED', 'Another run is at work.', {
    place: { path: 'oea/x' },
    nextStep: 'Wait.',
    details: { runId: 'run-1' },
  });
  const document = { command: 'process', exitCode: 1, result: null, error: toldError(error) };
  const again = errorOf(JSON.stringify(document));
  expect(again).toBeInstanceOf(InsightsError);
  expect([again?.exitCode, again && toldError(again)]).toEqual([1, toldError(error)]);
});

test.each([
  '',
  '{',
  'null',
  '{"error":null}',
  '{"error":{"code":"LAKE_LOCKED"}}',
  '{"error":{"code":"toString","message":""}}',
])('of %j there is none', (text) => expect(errorOf(text)).toBeUndefined());
