import type { ActivityTypes } from '../run/activity-type';
import { copy } from './copy';
import { deleteActivity } from './delete';
import { executePipeline } from './execute-pipeline';
import { fail } from './fail';
import { filter } from './filter';
import { forEach } from './for-each';
import { getMetadata } from './get-metadata';
import { ifCondition } from './if-condition';
import { lookup } from './lookup';
import { script } from './script';
import { appendVariable, setVariable } from './set-variable';
import { storedProcedure } from './stored-procedure';
import { switchActivity } from './switch';
import { synapseNotebook } from './synapse-notebook';
import { until } from './until';
import { wait } from './wait';
import { web } from './web';

/** Every type of activity that runs here. A pipeline with an activity of another type is refused (check-pipeline.ts). */
export const activityTypes: ActivityTypes = new Map(
  [
    appendVariable,
    copy,
    deleteActivity,
    executePipeline,
    fail,
    filter,
    forEach,
    getMetadata,
    ifCondition,
    lookup,
    script,
    setVariable,
    storedProcedure,
    switchActivity,
    synapseNotebook,
    until,
    wait,
    web,
  ].map((type) => [type.type.toLowerCase(), type]),
);
