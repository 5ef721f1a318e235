import { lastingFaults, passingFaults, requestsOfAnUpload, useUploadBench } from '../support/upload-bench';

/** Every fault at every request of an upload. */

const bench = useUploadBench();
const requests = Array.from({ length: requestsOfAnUpload }, (_, index) => index + 1);

test.each(passingFaults)('%s once, at any request: the same result', async (_, fault, waits) => {
  for (const at of requests) await bench().failOnce(fault, waits, at);
});

test.each(lastingFaults)('%s from any request on: a clear error, nothing half written', async (_, fault, what) => {
  for (const from of requests) await bench().failFrom(fault, what, from);
});
