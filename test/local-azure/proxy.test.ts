import http from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Gateway } from '../../src/local-azure/gateway';
import { isThisMachine, Proxy } from '../../src/local-azure/proxy';

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['::ffff:192.0.2.2', false],
  ['192.0.2.2', false],
  ['128.0.0.1', false],
  ['1127.0.0.1', false],
  ['fd00::1', false],
  [undefined, false],
])('%s is this machine: %s', (address, expected) => {
  expect(isThisMachine(address)).toBe(expected);
});

test('whoever comes by another address than the loopback one is not answered', async () => {
  const asked: string[] = [];
  const gateway = {
    answer: async ({ url }: { readonly url: URL }) => {
      asked.push(url.href);
      return { status: 200, body: 'hello' };
    },
  } as unknown as Gateway;
  const proxy = await Proxy.start({ authority: await Proxy.makeAuthority(), gateway });
  const ask = (host: string): Promise<string> =>
    new Promise((resolve) => {
      http
        .get({ host, port: new URL(proxy.url).port, path: 'http://management.azure.com/x' }, (response) => {
          response.setEncoding('utf8').on('data', resolve);
        })
        .on('error', () => resolve('cut'));
    });
  try {
    const others = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).flatMap(({ internal, family, address }) => (internal || family !== 'IPv4' ? [] : [address])),
    );
    expect(await ask('127.0.0.1')).toBe('hello');
    expect(await Promise.all(others.map(ask))).toEqual(others.map(() => 'cut'));
    expect(asked).toEqual(['http://management.azure.com/x']);
  } finally {
    await proxy.stop();
  }
});
