import type { PanelToHost } from '../src/protocol/panelMessages.ts';

/** What VS Code gives to a webview's page, once. */
export interface VsCodeApi {
  postMessage(message: PanelToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
}
