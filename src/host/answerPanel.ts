import * as vscode from 'vscode';
import { COMMANDS } from './names.ts';
import type { PanelRequest, ShownRun } from './panel/shownRun.ts';
import { revealPosition } from './reveal.ts';

/** Does what a panel asks for. The page names no command: what each request means stands here. */
export function answerPanel(request: PanelRequest, shown: ShownRun): void {
  switch (request.type) {
    case 'reveal':
      if (shown.cwd !== null) {
        void revealPosition(shown.cwd, request.position);
      }
      break;
    case 'stop':
      void vscode.commands.executeCommand(COMMANDS.stopTraining, shown.folder);
      break;
    case 'log':
      void vscode.commands.executeCommand(COMMANDS.showOutput, shown.folder);
      break;
    case 'train':
      void vscode.commands.executeCommand(COMMANDS.trainActiveFile);
      break;
    case 'example':
      void vscode.commands.executeCommand(COMMANDS.copyExample);
      break;
  }
}
