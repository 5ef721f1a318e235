import { InsightsError } from '../contract/errors';
import { isOutOfSpace, systemCode } from '../contract/system-failure';
import { fileMissing } from './lake-path';

/**
 * Throws the InsightsError that an error of the storage client on a lake path stands for. Its own text is not shown: it
 * may hold request headers.
 */
export function refused(error: unknown, path: string): never {
  if (error instanceof InsightsError) throw error;
  const { name, details, ...known } = error as { code?: string; name?: string; details?: { errorCode?: string } };
  // A download's error has its code in another place than the others'.
  const code = known.code ?? details?.errorCode;
  const status = statusOf(error);
  const place = { path };
  if (isOutOfSpace(error)) {
    const message = `There is no space for a copy of the file on this machine (${systemCode(error)}).`;
    const nextStep = 'Free space where temporary files are kept, then run again.';
    throw new InsightsError('LAKE_STORE_FAILED', message, { place, nextStep, cause: error });
  }
  if (code === 'ContainerNotFound') {
    const nextStep =
      'The deployment makes the containers: check that this is the right account and that it is deployed.';
    throw new InsightsError('LAKE_STORE_FAILED', 'The storage account has no such container.', {
      place,
      nextStep,
      cause: error,
    });
  }
  if (status === 404) throw fileMissing(path, error);
  const what = [status, code ?? name].filter((part) => part !== undefined).join(' ');
  const signIn = status === undefined && /Authentication|Credential/.test(String(name));
  throw new InsightsError('LAKE_STORE_FAILED', `The storage account refused an operation (${what}).`, {
    place,
    cause: error,
    ...(signIn ? { nextStep: 'Sign in with `az login`, or run where a managed identity is, and try again.' } : {}),
  });
}

/** The HTTP status of an error of the storage client. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Runs `action`; an answer with one of these statuses is as good as done. */
export async function ignoring(statuses: readonly number[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}
