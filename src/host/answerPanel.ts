import * as vscode from 'vscode';
import { COMMANDS } from './names.ts';
import { explainRule } from './panel/explainRule.ts';
import { ignoreInFile } from './panel/ignoreInFile.ts';
import type { ComparisonRequest } from './panel/shownComparison.ts';
import type { PanelRequest, ShownRun } from './panel/shownRun.ts';
import { fileOf, revealPosition } from './reveal.ts';

/** Does what the page of a comparison asks for. */
export function answerComparison(request: ComparisonRequest): void {
  switch (request.type) {
    case 'reveal':
      void revealPosition(request.cwd, request.position);
      break;
    case 'show':
      void vscode.commands.executeCommand(COMMANDS.openPanel, request.run);
      break;
    case 'train':
      void vscode.commands.executeCommand(COMMANDS.trainActiveFile);
      break;
    case 'example':
      void vscode.commands.executeCommand(COMMANDS.copyExample);
      break;
  }
}

/** Does what a panel asks for. The page names no command: what each request means stands here. */
export function answerPanel(extensionUri: vscode.Uri, request: PanelRequest, shown: ShownRun): void {
  switch (request.type) {
    case 'reveal':
      if (shown.cwd !== null) {
        void revealPosition(shown.cwd, request.position);
      }
      break;
    case 'explain':
      void explainRule(extensionUri, request.rule);
      break;
    case 'ignore':
      if (shown.cwd !== null) {
        void ignoreInFile(fileOf(shown.cwd, request.position), request.rule);
      }
      break;
    case 'stop':
      void vscode.commands.executeCommand(COMMANDS.stopTraining, shown.folder);
      break;
    case 'log':
      void vscode.commands.executeCommand(COMMANDS.showOutput, shown.folder);
      break;
    case 'compare':
      void vscode.commands.executeCommand(COMMANDS.compareRuns, shown.folder);
      break;
    case 'train':
      void vscode.commands.executeCommand(COMMANDS.trainActiveFile);
      break;
    case 'example':
      void vscode.commands.executeCommand(COMMANDS.copyExample);
      break;
  }
}
