import path from 'node:path';
import type { LocalAzureSettings } from './settings';

export interface ClientEnvironmentOptions {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** File with the authority's certificate. */
  readonly certificate: string;
  readonly settings: LocalAzureSettings;
}

/** What `az` knows of who signed in is kept apart from the person's own, beside the certificate. */
export function azFolder(certificate: string): string {
  return path.join(path.dirname(certificate), 'az');
}

/** Hosts that are not Azure's: Terraform looks for its providers there. */
const direct = 'localhost,127.0.0.1,registry.terraform.io,releases.hashicorp.com,registry.npmjs.org';

/**
 * Variables that lead a process through a proxy, but to some hosts; in both spellings, because some clients look for the
 * small letters first, where the person's own proxy would stand.
 * @param hosts that are reached without it, with commas between them
 */
export function throughProxy(url: string, hosts: string): Readonly<Record<string, string>> {
  return { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: hosts, no_proxy: hosts };
}

/**
 * Variables with which a client uses the local Azure and not the real one; nothing else of the client differs. The secret is
 * none: any is right.
 */
export function clientEnvironment({
  url,
  certificate,
  settings,
}: ClientEnvironmentOptions): Readonly<Record<string, string>> {
  const { tenantId, subscriptionId, principals } = settings;
  const clientId = principals[0]?.clientId ?? '';
  const secret = 'local-azure';
  return {
    ...throughProxy(url, direct),
    NODE_EXTRA_CA_CERTS: certificate,
    SSL_CERT_FILE: certificate,
    REQUESTS_CA_BUNDLE: certificate,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: secret,
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    ARM_TENANT_ID: tenantId,
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: secret,
    ARM_SUBSCRIPTION_ID: subscriptionId,
    ARM_USE_CLI: 'false',
    AZURE_CONFIG_DIR: azFolder(certificate),
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    CHECKPOINT_DISABLE: '1',
  };
}
