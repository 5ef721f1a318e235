import { LakePaths } from '../../src/contract/lake-paths';

/** Where the small lakes of the tests lie, and their salt. */
export const smallSalt = 'salt of the tests, 16 characters or more';
export const smallPaths = new LakePaths('dev', '1.14');
