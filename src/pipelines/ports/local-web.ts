import type { WebCaller, WebRequest, WebResponse } from '../ports';

/** Calls addresses of this machine only: a rehearsal reaches nothing else. */
export const localWeb: WebCaller = {
  send: async ({ url, method, headers, body, signal }: WebRequest): Promise<WebResponse> => {
    if (!isLocal(url)) throw new Error('Only addresses of this machine can be called from a local run.');
    const response = await fetch(url, {
      method,
      headers,
      signal,
      // An answer must not lead elsewhere.
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    }).catch(() => {
      throw new Error('The address gave no answer.');
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
  },
};

/** `localhost`, and what lies in 127.0.0.0/8 or is ::1. Names are not looked up: they may lead anywhere. */
export function isLocal(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname));
}
