import { DATA_FAULTS } from './data.ts';
import type { Fault } from './fault.ts';
import { OPTION_FAULTS } from './options.ts';
import { PATH_FAULTS } from './paths.ts';
import { UNIT_FAULTS } from './units.ts';
import { VALIDATION_FAULTS } from './validation.ts';

export const FAULTS: readonly Fault[] = [
  ...PATH_FAULTS,
  ...OPTION_FAULTS,
  ...DATA_FAULTS,
  ...UNIT_FAULTS,
  ...VALIDATION_FAULTS,
];
