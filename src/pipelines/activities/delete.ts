import { asObject } from '../definition';
import { joinPath, locationOf, resolveDataSet } from '../data/data-set';
import { selectFiles } from '../data/select-files';
import { isObject } from '../expression/value';
import type { ActivityType } from '../run/activity-type';
import { ActivityFailure } from '../run/records';

/** Deletes files of the lake, those below folders only on demand; folders that become empty go with them. */
export const deleteActivity: ActivityType = {
  type: 'Delete',
  kind: 'execution',
  run: async (context) => {
    const { activity, run, scope } = context;
    const dataSet = resolveDataSet(asObject(activity.typeProperties['dataset']), run.artifacts, scope);
    const location = locationOf(dataSet);
    const written = context.property('storeSettings');
    const given = isObject(written) ? written : {};
    // Pipelines of the service's first years have it beside the settings. Copy looks below folders by default, Delete does not.
    const recursive = given['recursive'] ?? context.property('recursive') ?? false;
    const settings = { ...given, recursive };
    context.setInput({ dataset: dataSet.name, storeSettings: settings });
    const { lake } = run.ports;
    const selection = await run.clock.busy(() => selectFiles(lake, location, settings));
    if (selection.files.length === 0 && !selection.isWildcardUsed) {
      throw new ActivityFailure('3703', `The required Blob is missing. Dataset: '${dataSet.name}'.`);
    }
    // Children first: an account refuses to delete a folder that is not empty.
    const paths = selection.files.map(({ path }) => path).sort((left, right) => depth(right) - depth(left));
    await run.clock.busy(() => lake.remove(paths));
    return {
      datasetName: dataSet.name,
      relativePath: joinPath(location.folder, location.file),
      isWildcardUsed: selection.isWildcardUsed,
      recursive: recursive !== false,
      filesDeleted: BigInt(paths.length),
      effectiveIntegrationRuntime: 'AutoResolveIntegrationRuntime',
    };
  },
};

function depth(path: string): number {
  return path.split('/').length;
}
