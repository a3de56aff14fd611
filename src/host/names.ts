/** Every name that the manifest and the code share. `names.test.ts` holds them against each other. */
export const COMMANDS = {
  trainActiveFile: 'mtlDebugger.trainActiveFile',
  debugActiveFile: 'mtlDebugger.debugActiveFile',
  stopTraining: 'mtlDebugger.stopTraining',
  openPanel: 'mtlDebugger.openPanel',
  openRun: 'mtlDebugger.openRun',
  compareRuns: 'mtlDebugger.compareRuns',
  deleteRun: 'mtlDebugger.deleteRun',
  refreshRuns: 'mtlDebugger.refreshRuns',
  selectBackend: 'mtlDebugger.selectBackend',
  setUpNative: 'mtlDebugger.setUpNative',
  showLog: 'mtlDebugger.showLog',
  showOutput: 'mtlDebugger.showOutput',
  copyExample: 'mtlDebugger.copyExample',
} as const;

export const SECTION = 'mtlDebugger';
export const RUNS_VIEW = 'mtlDebugger.runs';
export const PANEL_TYPE = 'mtlDebugger.panel';
export const COMPARISON_TYPE = 'mtlDebugger.comparison';
export const DIAGNOSTIC_SOURCE = 'MTL';
/** True while a training runs, for `enablement` and `when`. */
export const TRAINING_CONTEXT = 'mtlDebugger.training';
