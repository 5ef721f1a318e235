import { provision } from './provision';

void provision();
