import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocal, localWeb } from '../../../src/pipelines/ports/local-web';

const request = (url: string) => ({
  url,
  method: 'POST',
  headers: { 'x-a': 'b' },
  body: 'sent',
  signal: new AbortController().signal,
});

test.each<[string, boolean]>([
  ['http://localhost:8080/a', true],
  ['https://127.0.0.1/', true],
  ['http://127.10.20.30:1/', true],
  ['http://[::1]:80/', true],
  ['http://localhost.example.org/', false],
  ['http://127.0.0.1.example.org/', false],
  ['http://10.0.0.1/', false],
  ['https://example.org/?localhost', false],
  ['file:///etc/hosts', false],
  ['no address', false],
])('%s is local: %s', (url, expected) => {
  expect(isLocal(url)).toBe(expected);
});

test('calls this machine, and follows no redirection', async () => {
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      outgoing.writeHead(302, { location: 'https://example.org/', 'x-answer': 'yes' });
      outgoing.end(`${incoming.method ?? ''} ${String(incoming.headers['x-a'])} ${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { status, headers, body } = await localWeb.send(request(`http://127.0.0.1:${port}/x`));
    expect([status, headers['x-answer'], body.toString()]).toEqual([302, 'yes', 'POST b sent']);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await expect(localWeb.send(request(`http://127.0.0.1:${port}/x`))).rejects.toThrow('The address gave no answer.');
});

test('calls nothing else', async () => {
  await expect(localWeb.send(request('https://example.org/'))).rejects.toThrow(
    'Only addresses of this machine can be called from a local run.',
  );
});
