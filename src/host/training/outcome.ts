import path from 'node:path';
import { counted, formatDuration, formatPosition } from '../../core/report/format.ts';
import type { EndLine, SourcePosition } from '../../core/run/record.ts';
import type { RunState } from '../../core/run/run.ts';
import type { TrainingEnd } from '../../launch/training.ts';
import { t } from '../text.ts';

/** How a training was over. */
export type TrainingOutcome =
  /** There never was a process. */
  | { readonly kind: 'notStarted'; readonly reason: string }
  /** The process ended before it made a record. */
  | { readonly kind: 'unrecorded'; readonly end: TrainingEnd }
  | {
      readonly kind: 'recorded';
      readonly folder: string;
      readonly cwd: string | null;
      readonly state: RunState;
      /** The user asked for the end. */
      readonly stopping: boolean;
      readonly end: TrainingEnd;
      /** The record's last word; null where the process was gone before it could say one. */
      readonly line: EndLine | null;
      readonly steps: number;
      readonly observed: number;
      /** Why the record could not be read to its end; null where it could. */
      readonly fault: string | null;
    };

export interface Announcement {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  /** What the message offers to look at, in this order. */
  readonly offers: readonly ('panel' | 'output' | 'place' | 'log')[];
  /** What `place` leads to. */
  readonly position: SourcePosition | null;
}

/** What the user is told at the end: what happened, and what to look at next. */
export function announce(entry: string, outcome: TrainingOutcome): Announcement {
  const name = path.basename(entry);
  switch (outcome.kind) {
    case 'notStarted':
      return told('error', t('{0} was not trained. {1}', name, outcome.reason), ['log']);
    case 'unrecorded':
      return told(
        'error',
        t(
          '{0}: the trainer ended ({1}) before it recorded anything. Its output says more.',
          name,
          endWord(outcome.end),
        ),
        ['output'],
      );
    case 'recorded':
      return recorded(name, outcome);
  }
}

type Recorded = Extract<TrainingOutcome, { kind: 'recorded' }>;

function recorded(name: string, outcome: Recorded): Announcement {
  const { line, steps, state } = outcome;
  const counts = counted(steps, 'step');
  const reason = line?.reason ?? '';
  if (outcome.fault !== null) {
    return told('error', t('{0} ended, and its record cannot be read: {1}', name, outcome.fault), ['output']);
  }
  switch (state) {
    case 'finished':
      if (steps === 0) {
        return told('warning', nothingObserved(name), ['output']);
      }
      return outcome.observed === 0
        ? told(
            'information',
            t('{0} finished: {1}. Losses were recorded, and no gradients: the panel says why.', name, counts),
            ['panel'],
          )
        : told('information', t('{0} finished: {1} in {2}.', name, counts, formatDuration(line?.time ?? 0)), ['panel']);
    case 'cancelled':
      // Where the script could still end by itself, it has a status.
      return line?.exitCode === null
        ? told(
            'warning',
            t(
              '{0} came to no training step and was ended by force after {1}. What was recorded is kept.',
              name,
              counts,
            ),
            ['panel', 'output'],
          )
        : told('information', t('{0} was stopped after {1}. What was recorded is kept.', name, counts), ['panel']);
    case 'failed':
      return failed(name, outcome);
    case 'exited':
      return told('error', t('{0} ended itself after {1}: {2}', name, counts, reason), ['output', 'panel']);
    case 'interrupted':
      return told('warning', t('{0} was interrupted after {1}: {2}', name, counts, reason), ['panel']);
    case 'running':
    case 'cut short':
      return outcome.stopping
        ? told('information', t('{0} was ended by force after {1}. What was recorded is kept.', name, counts), [
            'panel',
          ])
        : told('error', lost(name, outcome), ['output', 'panel']);
  }
}

function failed(name: string, { line, steps }: Recorded): Announcement {
  const error = line?.error ?? null;
  const what = error?.message ?? line?.reason ?? '';
  const position = error?.position ?? null;
  const place = position === null ? '' : t(' at {0}', formatPosition(position));
  return {
    severity: 'error',
    message: t('{0} failed after {1}{2}: {3}', name, counted(steps, 'step'), place, what),
    offers: [...(position === null ? [] : ['place' as const]), 'output', 'panel'],
    position,
  };
}

function nothingObserved(name: string): string {
  return t(
    '{0} ended, and no training step was seen. It must call fit, fitDataset or trainOnBatch of a TensorFlow.js model, or minimise a loss itself, before it ends.',
    name,
  );
}

/** Killed from outside, out of memory, or crashed: the record has no end line. */
function lost(name: string, { end, steps }: Recorded): string {
  return t(
    '{0}: the training process was lost after {1} ({2}): killed, out of memory, or crashed. What was recorded is kept.',
    name,
    counted(steps, 'step'),
    endWord(end),
  );
}

function endWord({ exitCode, signal }: TrainingEnd): string {
  return signal === null ? t('status {0}', exitCode ?? t('unknown')) : t('signal {0}', signal);
}

function told(severity: Announcement['severity'], message: string, offers: Announcement['offers']): Announcement {
  return { severity, message, offers, position: null };
}
