import type { RuleId } from '../core/diagnosis/ruleIds.ts';
import type { RecordLine, SourcePosition } from '../core/run/record.ts';
import type { ShownFindings } from './shownFindings.ts';

/** A run as a page gets it: its record from the first line on. */
export interface SentRun {
  /** How the host calls it: the run's folder. */
  readonly run: string;
  /** The run's folder, absolute, for people to read. */
  readonly folder: string;
  readonly lines: readonly RecordLine[];
  /** The trainer still writes this record. */
  readonly live: boolean;
}

/**
 * What the host says to the panel. The panel builds its view from the record's own lines: nothing is measured on the way.
 * What the rules make of them comes in `findings`. A panel that opens late, or again, gets everything in one `open`, then
 * what comes in `lines`.
 */
export type HostToPanel =
  /** Show this run from its first line on; whatever was shown before is forgotten. */
  | ({ readonly type: 'open' } & SentRun)
  /** Show these runs beside each other, the reference first; whatever was shown before is forgotten. */
  | { readonly type: 'compare'; readonly runs: readonly SentRun[] }
  /** The record of a shown run has grown; at most 10 times a second. */
  | { readonly type: 'lines'; readonly run: string; readonly lines: readonly RecordLine[]; readonly live: boolean }
  /** What is wrong with the shown run, as far as it is known: takes the place of what was said before. */
  | ({ readonly type: 'findings'; readonly run: string } & ShownFindings)
  /** Nothing of the run can be shown: its folder is gone, or its record cannot be read. `reason` is for people. */
  | { readonly type: 'unreadable'; readonly run: string; readonly folder: string; readonly reason: string }
  /** There is no run to show. */
  | { readonly type: 'empty' };

/** What the panel asks of the host. It names no commands and no paths but those that the record gave it. */
export type PanelToHost =
  /** The page can draw: send what is to be shown. Sent again after every reload of the page. */
  | { readonly type: 'ready' }
  /** Show this place of the shown run's source in an editor; `run`: which of several it is of. */
  | { readonly type: 'reveal'; readonly position: SourcePosition; readonly run?: string }
  /** Show what the documentation says of a rule. */
  | { readonly type: 'explain'; readonly rule: RuleId }
  /** Ignore, from now on, what the rule of this finding finds in its file; `finding` is the id of one that was sent. */
  | { readonly type: 'ignore'; readonly finding: string }
  /** Cancel the shown run. */
  | { readonly type: 'stop' }
  /** Show the output of the shown run's script. */
  | { readonly type: 'log' }
  /** Compare the shown run with others; the host asks which. */
  | { readonly type: 'compare' }
  /** From a comparison: open this one of its runs. */
  | { readonly type: 'show'; readonly run: string }
  /** From the empty state: train the active file; copy an example. */
  | { readonly type: 'train' }
  | { readonly type: 'example' };
