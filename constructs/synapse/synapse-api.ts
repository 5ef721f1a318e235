/** The newest version of the resource manager's Synapse API that is no preview. */
export const synapseApiVersion = '2021-06-01';

/** A workspace takes one change at a time, and says so; the change is then tried again. */
export const synapseBusy: readonly string[] = [
  '(?i)another operation|operation is in progress|being (updated|provisioned)',
];
