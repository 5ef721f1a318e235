import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { bytesOf, connectionReset, type Answerer } from './blob-transport';

/** A transport of Azure's clients that reaches services of this process: their pipelines are the real ones. */
export function restTransport(answerer: Answerer): HttpClient {
  return {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      const { method, url, headers, body } = request;
      const answer = await answerer({
        method,
        url: new URL(url),
        headers: headers.toJSON(),
        body: await bytesOf(body),
      });
      if (answer === 'reset') throw connectionReset();
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders({ ...answer.headers }),
        bodyAsText: answer.body?.toString() ?? '',
      };
    },
  };
}
