/**
 * The panel's page. It draws the run that the host sends and holds nothing but how it is looked at.
 *
 * What the page that loads it must have, under `default-src 'none'`: the styles and this script with a nonce,
 * `<meta property="csp-nonce" content="NONCE">` for the toolkit's own styles, and `<div id="panel"></div>` before it.
 */
import { render } from 'preact';
import { Run } from '../src/core/run/run.ts';
import type { HostToPanel } from '../src/protocol/panelMessages.ts';
import { throttleToFrames } from './frames.ts';
import { isHostToPanel } from './incoming.ts';
import { watchLook } from './look.ts';
import { orderSteps, shownTerms, stepAt, type Scene } from './model/scene.ts';
import { Panel } from './panel.tsx';
import { NoRun } from './sections/nothing.tsx';
import { registerControls } from './ui.tsx';
import { restoreState, stateForRun, type UiState } from './uiState.ts';

registerControls();
const vscode = acquireVsCodeApi();
const root = document.getElementById('panel') ?? document.body.appendChild(document.createElement('div'));
const send: Scene['send'] = (message) => vscode.postMessage(message);

let ui: UiState = restoreState(vscode.getState());
/** `waiting`: the host has not said yet what there is. */
let shown: { id: string; folder: string; live: boolean; run: Run } | 'empty' | 'waiting' = 'waiting';
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
  const { run, folder, live } = shown;
  const steps = orderSteps(run);
  const at = stepAt(steps, ui.cursor);
  const step = steps[at]?.line.step ?? null;
  const groups = run.graph?.groups ?? [];
  const scene: Scene = { run, folder, live, steps, at, step, terms: shownTerms(run), groups, ui, look, change, send };
  render(<Panel scene={scene} refused={refused} />, root);
}

function receive(message: HostToPanel): void {
  switch (message.type) {
    case 'empty':
      shown = 'empty';
      break;
    case 'open':
      shown = { id: message.run, folder: message.folder, live: message.live, run: new Run() };
      message.lines.forEach((line) => typeof shown === 'object' && shown.run.add(line));
      ui = stateForRun(ui, message.run);
      vscode.setState(ui);
      break;
    case 'lines':
      // What comes late for a run that is not shown any more changes nothing.
      if (typeof shown === 'object' && shown.id === message.run) {
        const { run } = shown;
        message.lines.forEach((line) => run.add(line));
        shown.live = message.live;
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
