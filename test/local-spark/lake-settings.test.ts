import { lakeSettings } from '../../src/local-spark/lake-settings';

test('a session reaches abfss paths of the account through the proxy, as the identity of its workspace', () => {
  expect(
    lakeSettings({
      storageAccount: 'stoeadev',
      tenantId: 'tenant',
      endpoint: 'http://127.0.0.1:1/x/token',
      proxy: 'http://127.0.0.1:4711',
      trustStore: { file: '/a folder/authority.p12', password: 'word' },
    }),
  ).toEqual({
    'spark.driver.defaultJavaOptions':
      '"-Dhttps.proxyHost=127.0.0.1" "-Dhttps.proxyPort=4711" "-Djavax.net.ssl.trustStore=/a folder/authority.p12" "-Djavax.net.ssl.trustStorePassword=word"',
    'spark.hadoop.fs.azure.account.auth.type.stoeadev.dfs.core.windows.net': 'OAuth',
    'spark.hadoop.fs.azure.account.oauth.provider.type.stoeadev.dfs.core.windows.net':
      'org.apache.hadoop.fs.azurebfs.oauth2.MsiTokenProvider',
    'spark.hadoop.fs.azure.account.oauth2.msi.endpoint.stoeadev.dfs.core.windows.net': 'http://127.0.0.1:1/x/token',
    'spark.hadoop.fs.azure.account.oauth2.msi.tenant.stoeadev.dfs.core.windows.net': 'tenant',
    'spark.hadoop.fs.azure.account.oauth2.client.id.stoeadev.dfs.core.windows.net': 'system-assigned',
    'spark.hadoop.fs.azure.account.hns.enabled.stoeadev.dfs.core.windows.net': 'true',
    'spark.hadoop.fs.azure.ssl.channel.mode': 'Default_JSSE',
  });
});
