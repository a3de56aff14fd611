import { counted } from '../../core/report/format.ts';
import type { Run, RunState } from '../../core/run/run.ts';
import { stateWord } from '../runs/runLabels.ts';
import { t } from '../text.ts';

/** The last result in a few words: `finished · 240 steps · 2 undeclared cuts`. */
export function resultText(run: Pick<Run, 'stepsDone' | 'graph'>, state: RunState): string {
  const cuts = run.graph?.cuts.filter(({ declared, kind }) => !declared && kind !== 'passThrough').length ?? 0;
  const found = cuts === 0 ? [] : [cuts === 1 ? t('1 undeclared cut') : t('{0} undeclared cuts', cuts)];
  return [stateWord(state), counted(run.stepsDone, 'step'), ...found].join(' · ');
}

/**
 * Whether a file may train at all, so that the parser is not loaded for any other. A file that is trained by a script that
 * imports it counts once there is a run.
 */
export function mayTrain(text: string): boolean {
  return text.includes('tensorflow') || text.includes('mtl-debugger');
}
