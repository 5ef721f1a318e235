import { urlPipelinesRefused } from '../../../constructs/network/url-pipelines';

describe('urlPipelinesRefused', () => {
  test('says why URL pipelines are not deployed beside exfiltration protection (NET5)', () => {
    expect(urlPipelinesRefused({ exfiltrationProtection: true })).toBe(
      'Pipelines that fetch from URLs are not deployed: data exfiltration protection, which is fixed when a workspace is ' +
        'created, lets none of them out. Test data is loaded by the deployment, and drops arrive by Data Share.',
    );
  });

  test('says nothing without it', () => {
    expect(urlPipelinesRefused({ exfiltrationProtection: false })).toBeUndefined();
  });
});
