import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { formatPlace, InsightsError } from '../contract/errors';
import type { Dashboard } from './open-dashboard';
import type { SiteState } from './published';
import { contentPolicy, dataFile, dataFiles, pageFiles, siteDataFile, type SiteFile } from './site-files';

/** The dashboard on this machine: answers from the first moment on, also while the lake is still being read. */
export interface DashboardServer {
  readonly url: string;
  /** Told to whoever looks while there are no numbers. */
  progress(text: string): void;
  /** Writes the files of the numbers, after which they are shown: whoever chooses a school waits for none to be written. */
  ready(dashboard: Dashboard): Promise<void>;
  /** From now on the page says why there are none. */
  failed(error: unknown): void;
  close(): Promise<void>;
}

/** @param port on 127.0.0.1; 0 is any free one */
export async function serveDashboard(port: number): Promise<DashboardServer> {
  const files = new Map(await pageFiles());
  let state: SiteState = { state: 'loading', message: 'Reading the lake' };
  const fileAt = (name: string): SiteFile | undefined =>
    files.get(name === '' ? 'index.html' : name) ?? (name === siteDataFile ? dataFile('site', state) : undefined);
  const server = createServer((request, response) => {
    const isAllowed = isOwnRequest(request, (server.address() as AddressInfo).port);
    const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
    answer(response, isAllowed ? fileAt(name) : undefined, isAllowed ? 404 : 403, request.method);
  });
  await listening(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    progress: (message) => void (state = { state: 'loading', message }),
    async ready(dashboard) {
      for (const [name, file] of dataFiles(dashboard)) {
        files.set(name, file);
        // Who looks meanwhile is told that it is being read.
        await setImmediate();
      }
    },
    failed: (error) => void (state = failureOf(error)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Another site in the same browser gets nothing, not even by a name that it lets point to this machine. */
function isOwnRequest({ headers }: IncomingMessage, port: number): boolean {
  const site = headers['sec-fetch-site'];
  const isHere = headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
  return isHere && (site === undefined || site === 'same-origin' || site === 'none');
}

function answer(response: ServerResponse, file: SiteFile | undefined, refusal: number, method = 'GET'): void {
  const isRead = method === 'GET' || method === 'HEAD';
  response.writeHead(isRead && file !== undefined ? 200 : isRead ? refusal : 405, {
    'Content-Type': file?.type ?? 'text/plain; charset=utf-8',
    'Content-Security-Policy': `${contentPolicy}; frame-ancestors 'none'`,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  response.end(isRead ? (file?.text ?? 'There is nothing here.\n') : '');
}

function failureOf(error: unknown): SiteState {
  // What nobody expected may quote a row (ROW13).
  if (!(error instanceof InsightsError)) {
    return { state: 'failed', message: 'Something unexpected happened while reading the lake.' };
  }
  const place = formatPlace(error.place);
  return {
    state: error.code === 'DASHBOARD_EMPTY' || error.code === 'LAKE_EMPTY' ? 'empty' : 'failed',
    code: error.code,
    message: place === '' ? error.message : `${error.message} (${place})`,
    nextStep: error.nextStep,
  };
}

async function listening(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    throw new InsightsError('DASHBOARD_PORT_TAKEN', `Port ${port} of this machine cannot be used.`, { cause });
  }
}
