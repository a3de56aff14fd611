/**
 * The panel's page. It draws the run that the host sends and holds nothing but how it is looked at.
 *
 * What the page that loads it must have, under `default-src 'none'`: the styles and this script with a nonce,
 * `<meta property="csp-nonce" content="NONCE">` for the toolkit's own styles, and `<div id="panel"></div>` before it.
 */
import { render } from 'preact';
import { Run } from '../src/core/run/run.ts';
import type { HostToPanel, SentRun } from '../src/protocol/panelMessages.ts';
import type { ShownFindings } from '../src/protocol/shownFindings.ts';
import { ComparisonPanel } from './comparison/comparisonPanel.tsx';
import { comparisonScene } from './comparison/scene.ts';
import { throttleToFrames } from './frames.ts';
import { isHostToPanel } from './incoming.ts';
import { watchLook } from './look.ts';
import { orderSteps, orderWindows, shownTerms, stepAt, stepShown, type Scene } from './model/scene.ts';
import { Panel } from './panel.tsx';
import { NoRun, UnreadableRun } from './sections/nothing.tsx';
import { registerControls } from './ui.tsx';
import { restoreState, stateForComparison, stateForRun, type UiState } from './uiState.ts';

interface ShownRecord {
  readonly id: string;
  readonly folder: string;
  readonly run: Run;
  live: boolean;
  findings: ShownFindings | null;
}

registerControls();
const vscode = acquireVsCodeApi();
const root = document.getElementById('panel') ?? document.body.appendChild(document.createElement('div'));
const send: Scene['send'] = (message) => vscode.postMessage(message);

type Unreadable = Extract<HostToPanel, { type: 'unreadable' }>;

let ui: UiState = restoreState(vscode.getState());
/** `waiting`: the host has not said yet what there is. */
let shown: ShownRecord | readonly ShownRecord[] | Unreadable | 'empty' | 'waiting' = 'waiting';
let look = 0;
let refused = 0;
const drawing = throttleToFrames(draw);

function change(changed: Partial<UiState>): void {
  ui = { ...ui, ...changed };
  vscode.setState(ui);
  drawing.now();
}

function draw(): void {
  if (shown === 'waiting') {
    return;
  }
  if (shown === 'empty') {
    render(<NoRun send={send} refused={refused} />, root);
    return;
  }
  if (isSeveral(shown)) {
    render(<ComparisonPanel scene={comparisonScene(shown, { ui, look, change, send })} refused={refused} />, root);
    return;
  }
  if ('reason' in shown) {
    render(<UnreadableRun folder={shown.folder} reason={shown.reason} />, root);
    return;
  }
  const { run, folder, live, findings } = shown;
  const steps = orderSteps(run);
  const at = stepAt(steps, ui.cursor);
  const windows = orderWindows(run);
  const step = stepShown(steps, windows, at, ui.cursor);
  const groups = run.graph?.groups ?? [];
  const scene: Scene = {
    run,
    folder,
    live,
    steps,
    windows,
    at,
    step,
    terms: shownTerms(run),
    groups,
    findings,
    ui,
    look,
    change,
    send,
  };
  render(<Panel scene={scene} refused={refused} />, root);
}

function newRecord({ run: id, folder, live, lines }: SentRun): ShownRecord {
  const run = new Run();
  lines.forEach((line) => run.add(line));
  return { id, folder, live, run, findings: null };
}

function isSeveral(all: typeof shown): all is readonly ShownRecord[] {
  return Array.isArray(all);
}

/** Every record that is looked at now. */
function recordsIn(all: typeof shown): readonly ShownRecord[] {
  if (isSeveral(all)) {
    return all;
  }
  return typeof all === 'object' && 'id' in all ? [all] : [];
}

function receive(message: HostToPanel): void {
  switch (message.type) {
    case 'empty':
      shown = 'empty';
      break;
    case 'unreadable':
      shown = message;
      break;
    case 'open':
      shown = newRecord(message);
      ui = stateForRun(ui, message.run);
      vscode.setState(ui);
      break;
    case 'compare':
      shown = message.runs.map(newRecord);
      ui = stateForComparison(
        ui,
        shown.map(({ id }) => id),
      );
      vscode.setState(ui);
      break;
    case 'lines':
      // What comes late for a run that is not shown any more changes nothing.
      for (const record of recordsIn(shown).filter(({ id }) => id === message.run)) {
        message.lines.forEach((line) => record.run.add(line));
        record.live = message.live;
      }
      break;
    case 'findings':
      for (const record of recordsIn(shown).filter(({ id }) => id === message.run)) {
        record.findings = message;
      }
      break;
  }
  drawing.soon();
}

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isHostToPanel(data)) {
    receive(data);
  } else {
    refused++;
    drawing.soon();
  }
});
watchLook(() => {
  look++;
  drawing.now();
});
send({ type: 'ready' });
