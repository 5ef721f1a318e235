import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { RestClient } from '../../../src/operations/rest-client';
import { FakeCredential } from '../../operations/operation-fakes';

/** Keeps what is put, gives it back, deletes it; remembers each writing call. Knows roles, and lists what it is given. */
export class MemoryService implements HttpClient {
  readonly stored = new Map<string, Record<string, unknown>>();
  readonly calls: string[] = [];
  /** Answers of reading calls that are no resource, by path. */
  readonly answers = new Map<string, unknown>();
  /** What a path stores in place of what was sent. */
  readonly distorts = new Map<string, Record<string, unknown>>();

  readonly client = (): RestClient =>
    new RestClient({
      credential: new FakeCredential(),
      scope: 'https://example.test/.default',
      httpClient: this,
      retryOptions: { maxRetries: 0 },
    });

  async sendRequest(request: PipelineRequest) {
    const url = new URL(request.url);
    const path = `${url.host === 'management.azure.com' ? '' : url.host}${url.pathname}`;
    const { status, body } = this.answer(request.method, path, request.body);
    const bodyAsText = body === undefined ? '' : JSON.stringify(body);
    return { request, status, headers: createHttpHeaders(), bodyAsText };
  }

  private answer(method: string, path: string, sent: unknown): { status: number; body?: unknown } {
    if (method !== 'GET') this.calls.push(`${method} ${path}`);
    const prepared = this.answers.get(path);
    if (prepared !== undefined) return { status: 200, body: prepared };
    if (method === 'PUT') {
      const body = JSON.parse(String(sent)) as Record<string, unknown>;
      const name = path.split('/').at(-1);
      this.stored.set(path, { id: path, name, ...body, ...this.distorts.get(path) });
    }
    const found = this.stored.get(path);
    if (method === 'DELETE') this.stored.delete(path);
    if (method === 'POST') return { status: 200 };
    return found === undefined
      ? { status: 404, body: { error: { code: 'NotFound', message: 'none' } } }
      : { status: 200, body: found };
  }
}
