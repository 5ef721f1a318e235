import { faultAnswer, Faults } from '../../src/local-azure/faults';

const asked = (method: string, url: string) => ({ method, url: new URL(url) });
const write = asked('PUT', 'https://stoeatest.blob.core.windows.net/oea/a.csv');

test('a fault hits what it names, after as many as it says, as often as it says', () => {
  const faults = new Faults();
  faults.add({ host: /\.blob\./, method: 'PUT', path: /^\/oea\//, fault: { kind: 'reset' }, after: 1, times: 2 });
  expect(faults.next(asked('GET', 'https://stoeatest.blob.core.windows.net/oea/a.csv'))).toBeUndefined();
  expect(faults.next(asked('PUT', 'https://stoeatest.blob.core.windows.net/stage1/a.csv'))).toBeUndefined();
  expect(faults.next(asked('PUT', 'https://management.azure.com/oea/a.csv'))).toBeUndefined();
  expect([1, 2, 3, 4].map(() => faults.next(write)?.kind)).toEqual([undefined, 'reset', 'reset', undefined]);
  expect(faults.hits).toEqual([2]);
});

test('one fault after the other, and none after they are cleared', () => {
  const faults = new Faults();
  faults.add({ host: /./, fault: { kind: 'status', status: 500 } });
  faults.add({ host: /./, fault: { kind: 'slow', milliseconds: 1 } });
  expect([1, 2, 3].map(() => faults.next(write)?.kind)).toEqual(['status', 'slow', undefined]);
  faults.add({ host: /./, fault: { kind: 'reset' } });
  faults.clear();
  expect(faults.next(write)).toBeUndefined();
});

test('a refusal in the shape of its service', () => {
  expect(
    faultAnswer({ kind: 'status', status: 503, code: 'ServerBusy', message: 'Busy.', shape: 'xml', retryAfter: 2 }),
  ).toEqual({
    status: 503,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'ServerBusy', 'retry-after': '2' },
    body: '<?xml version="1.0" encoding="utf-8"?><Error><Code>ServerBusy</Code><Message>Busy.</Message></Error>',
  });
  expect(faultAnswer({ kind: 'status', status: 429 }).body).toBe(
    '{"error":{"code":"InjectedFault","message":"A fault was injected."}}',
  );
});
