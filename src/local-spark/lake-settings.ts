export interface LakeAccess {
  /** Account that holds the lake. */
  readonly storageAccount: string;
  readonly tenantId: string;
  /** Where the session gets tokens of the workspace's identity. */
  readonly endpoint: string;
  /** `http://127.0.0.1:<port>`, through which every host of Azure is reached. */
  readonly proxy: string;
  /** Java's key store with the proxy's authority, and the word that opens it. */
  readonly trustStore: { readonly file: string; readonly password: string };
}

/**
 * Spark's settings for a lake behind a proxy: `abfss://<container>@<account>.dfs.core.windows.net`, as the workspace's own identity, as in
 * a session on Synapse.
 */
export function lakeSettings(access: LakeAccess): Readonly<Record<string, string>> {
  const { storageAccount, tenantId, endpoint, proxy, trustStore } = access;
  const { hostname, port } = new URL(proxy);
  const azure = 'spark.hadoop.fs.azure';
  const host = `${storageAccount}.dfs.core.windows.net`;
  const java = {
    'https.proxyHost': hostname,
    'https.proxyPort': port,
    'javax.net.ssl.trustStore': trustStore.file,
    'javax.net.ssl.trustStorePassword': trustStore.password,
  };
  return {
    'spark.driver.defaultJavaOptions': Object.entries(java)
      .map(([name, value]) => `"-D${name}=${value}"`)
      .join(' '),
    [`${azure}.account.auth.type.${host}`]: 'OAuth',
    [`${azure}.account.oauth.provider.type.${host}`]: 'org.apache.hadoop.fs.azurebfs.oauth2.MsiTokenProvider',
    [`${azure}.account.oauth2.msi.endpoint.${host}`]: endpoint,
    [`${azure}.account.oauth2.msi.tenant.${host}`]: tenantId,
    // Of the system-assigned identity: the endpoint knows no other.
    [`${azure}.account.oauth2.client.id.${host}`]: 'system-assigned',
    [`${azure}.account.hns.enabled.${host}`]: 'true',
    // Java's own TLS, which trusts the key store.
    [`${azure}.ssl.channel.mode`]: 'Default_JSSE',
  };
}
