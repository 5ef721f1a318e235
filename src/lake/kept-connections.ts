import { Agent } from 'node:http';
import type { RequestPolicyFactory, WebResource } from '@azure/storage-blob';

const directAgent = new Agent();
const kept = new Map<string, Agent>();
/** Connections to one host at once: each costs an agreement on keys at both ends, and more than these are no faster. */
const mostConnections = 8;

/**
 * The agent to use in place of the one that the SDKs make for a proxy: theirs opens a connection for each request, and agreeing on keys
 * through a proxy costs more than most requests. Connections without a proxy are kept by the SDKs themselves.
 */
export function keptAgent<SdkAgent>(agent: SdkAgent): SdkAgent {
  const proxy = (agent as { readonly proxy?: unknown } | undefined)?.proxy;
  if (!(proxy instanceof URL)) return agent;
  let found = kept.get(proxy.href);
  if (found === undefined) kept.set(proxy.href, (found = makeAgent(proxy)));
  return found as SdkAgent;
}

/** The same for a storage client. */
export const keptConnections: RequestPolicyFactory = {
  create: (next) => ({
    sendRequest(request: WebResource) {
      if (request.agent !== undefined) request.agent = keptAgent(request.agent);
      return next.sendRequest(request);
    },
  }),
};

/** For a service on this machine: whatever proxy the network of this machine has, it does not lead there. */
export const directConnections: RequestPolicyFactory = {
  create: (next) => ({
    sendRequest(request: WebResource) {
      if (request.agent !== undefined) request.agent = directAgent;
      return next.sendRequest(request);
    },
  }),
};

/** Loaded on first use: most commands meet no proxy. */
function makeAgent(proxy: URL): Agent {
  const { HttpsProxyAgent } = require('https-proxy-agent') as typeof import('https-proxy-agent');
  const agent = new HttpsProxyAgent(proxy, { keepAlive: true, maxSockets: mostConnections });
  // It would look for the caller in a stack trace, and not find it when a connection comes back.
  agent.isSecureEndpoint = () => true;
  return agent;
}
