import type { FaultRule } from '../../local-azure/faults';
import { endLease, letUpload, takeRoles } from './interference';
import { recovered, stopped, type FaultScenario } from './scenario';
import type { FaultStage } from './stage';

const blobHost = /\.blob\.core\.windows\.net$/;
const busy = { kind: 'status', status: 503, code: 'ServerBusy', shape: 'xml', retryAfter: 0 } as const;
const throttled = { kind: 'status', status: 429, code: 'TooManyRequests', shape: 'xml', retryAfter: 0 } as const;
const broken = { kind: 'status', status: 500, code: 'InternalError', shape: 'xml' } as const;

/** An upload of the drop by `insights upload`, and then the run. */
async function upload(stage: FaultStage): Promise<void> {
  letUpload(stage);
  await stage.upload();
  await stage.run();
}

/** Writings of this stage's share by a client. */
function uploadOf({ shareFolder }: FaultStage): Pick<FaultRule, 'host' | 'method' | 'path'> {
  return { host: blobHost, method: 'PUT', path: new RegExp(`^/oea/${shareFolder}/`) };
}

/** Requests of the workspace's identity for this stage's lake. */
function lakeOf({ workspace }: FaultStage, method: string, path = ''): Omit<FaultRule, 'fault'> {
  return { source: 'identity', host: blobHost, method, path: new RegExp(`^/oea/sandboxes/${workspace}/${path}`) };
}

/** What goes wrong with the storage account: while a drop is uploaded, and under a run. */
export const storageScenarios: readonly FaultScenario[] = [
  {
    name: 'upload-reset',
    area: 'storage',
    fault: 'Two connections are cut in the middle of an upload.',
    outcome: recovered,
    delivery: 'uploaded',
    arrange: (stage) => stage.break({ ...uploadOf(stage), fault: { kind: 'reset' }, after: 1, times: 2 }),
    act: upload,
  },
  {
    name: 'upload-answer-lost',
    area: 'storage',
    fault: 'A file is stored, and the connection is cut before the answer comes.',
    outcome: recovered,
    delivery: 'uploaded',
    arrange: (stage) => stage.break({ ...uploadOf(stage), fault: { kind: 'reset', afterwards: true }, after: 1 }),
    act: upload,
  },
  {
    name: 'upload-busy-storm',
    area: 'storage',
    fault: 'The account answers five writings in a row with 503 or 429.',
    outcome: recovered,
    delivery: 'uploaded',
    arrange: (stage) => {
      stage.break({ ...uploadOf(stage), fault: busy, times: 3 });
      stage.break({ ...uploadOf(stage), fault: throttled, times: 2 });
    },
    act: upload,
  },
  {
    name: 'upload-overtaken',
    area: 'storage',
    fault: 'Somebody else changes a file while it is uploaded: its ETag is another one.',
    outcome: stopped('UPLOAD_OVERTAKEN', /./),
    delivery: 'uploaded',
    arrange: (stage) => {
      const fault = { kind: 'status', status: 412, code: 'ConditionNotMet', shape: 'xml' } as const;
      stage.break({ ...uploadOf(stage), fault, after: 1 });
    },
    act: upload,
  },
  {
    name: 'upload-stopped',
    area: 'storage',
    fault: 'The account refuses every writing from the second file on.',
    outcome: stopped('LAKE_STORE_FAILED', /403/),
    delivery: 'uploaded',
    arrange: (stage) => {
      const fault = { kind: 'status', status: 403, code: 'AuthorizationFailure', shape: 'xml' } as const;
      stage.break({ ...uploadOf(stage), fault, after: 1, times: 100 });
    },
    act: upload,
  },
  {
    name: 'lake-reads-reset',
    area: 'storage',
    fault: 'Connections are cut under a run while it reads.',
    outcome: recovered,
    arrange: (stage) => stage.break({ ...lakeOf(stage, 'GET'), fault: { kind: 'reset' }, after: 2, times: 2 }),
  },
  {
    name: 'lake-writes-500',
    area: 'storage',
    fault: 'The account fails twice under a run while it writes.',
    outcome: recovered,
    arrange: (stage) => stage.break({ ...lakeOf(stage, 'PUT'), fault: broken, after: 3, times: 2 }),
  },
  {
    name: 'commit-answer-lost',
    area: 'storage',
    fault: 'A commit of a table is stored, and the connection is cut before the answer comes.',
    outcome: recovered,
    arrange: (stage) =>
      stage.break({ ...lakeOf(stage, 'PUT', '.*_delta_log'), fault: { kind: 'reset', afterwards: true }, after: 1 }),
  },
  {
    name: 'account-full',
    area: 'storage',
    fault: 'The account takes no more data in the middle of a run, nor when the run is tried again.',
    outcome: stopped('RUN_FAILED', /LAKE_STORE_FAILED.*507/),
    arrange: (stage) => {
      const fault = { kind: 'status', status: 507, code: 'InsufficientStorage', shape: 'xml' } as const;
      stage.break({ ...lakeOf(stage, 'PUT', '.*stage2'), fault, after: 5, times: 1000 });
    },
    // The lock could not be released either: its lease runs out.
    mend: endLease,
  },
  {
    name: 'role-missing',
    area: 'storage',
    fault: 'The identity of the workspace has lost its roles.',
    outcome: stopped('RUN_FAILED', /not authorized to perform action/),
    arrange: (stage) => stage.mendLater(takeRoles(stage)),
    happened: () => true,
  },
];
