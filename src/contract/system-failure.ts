import { types } from 'node:util';
import { InsightsError } from './errors';

/** `ENOSPC` and the like. Node's codes only: an engine's own may hold more than a name. */
export function systemCode(thrown: unknown): string | undefined {
  const code: unknown = types.isNativeError(thrown) && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9_]{2,40}$/.test(code) ? code : undefined;
}

/** Whether it is space that lacks, of a disk or of who writes to it: then neither another file nor a right is of use. */
export function isOutOfSpace(thrown: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(thrown) ?? '');
}

/** The result of a command that the file system does not take. @param what the result, as the subject of a sentence */
export function outputNotWritten(what: string, file: string, cause: unknown): InsightsError {
  const message = `${what} could not be written (${systemCode(cause) ?? 'unknown cause'}).`;
  return new InsightsError('OUTPUT_NOT_WRITTEN', message, {
    place: { file },
    ...(isOutOfSpace(cause) ? { nextStep: 'Free space on that disk, then run the command again.' } : {}),
    cause,
  });
}
