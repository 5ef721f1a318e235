import type { ProjectFiles, ProjectFinding } from './finding';
import { checkModel } from './model-rules';
import { checkStructure } from './structure-rules';
import { checkVisuals } from './visual-rules';

/**
 * What is wrong with a Power BI project although its schemas accept it (lists of Microsoft's: `../schema-versions`). Pure;
 * an empty list says that nothing was found.
 */
export function checkProject(files: ProjectFiles): readonly ProjectFinding[] {
  return [...checkStructure(files), ...checkVisuals(files), ...checkModel(files)];
}
