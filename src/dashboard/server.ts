import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatPlace, InsightsError } from '../contract/errors';
import type { Dashboard } from './open-dashboard';
import type { SiteState } from './published';
import { contentPolicy, dataFile, pageFiles, siteDataFile, type SiteFile } from './site-files';

/** The dashboard on this machine: answers from the first moment on, also while the lake is still being read. */
export interface DashboardServer {
  readonly url: string;
  /** Told to whoever looks while there are no numbers. */
  progress(text: string): void;
  /** From now on the numbers are shown. */
  ready(dashboard: Dashboard): void;
  /** From now on the page says why there are none. */
  failed(error: unknown): void;
  close(): Promise<void>;
}

/** @param port on 127.0.0.1; 0 is any free one */
export async function serveDashboard(port: number): Promise<DashboardServer> {
  const files = new Map(await pageFiles());
  let state: SiteState = { state: 'loading', message: 'Reading the lake' };
  let dashboard: Dashboard | undefined;
  const fileAt = (name: string): SiteFile | undefined => {
    if (name === siteDataFile && dashboard === undefined) return dataFile('site', state);
    const school = Number(/^data\/school-([1-9][0-9]{0,5})\.js$/.exec(name)?.[1] ?? 0);
    const schools = dashboard?.site.engagement.values.schools.length ?? 0;
    return school >= 1 && school <= schools && dashboard !== undefined
      ? dataFile(`school-${school}`, dashboard.school(school))
      : files.get(name === '' ? 'index.html' : name);
  };
  const server = createServer((request, response) => {
    const isAllowed = isOwnRequest(request, (server.address() as AddressInfo).port);
    const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
    answer(response, isAllowed ? fileAt(name) : undefined, isAllowed ? 404 : 403, request.method);
  });
  await listening(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    progress: (message) => void (state = { state: 'loading', message }),
    ready(opened) {
      // Once, because it can be megabytes.
      files.set(siteDataFile, dataFile('site', opened.site));
      dashboard = opened;
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
