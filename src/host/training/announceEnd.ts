import * as vscode from 'vscode';
import { COMMANDS } from '../names.ts';
import { revealPosition } from '../reveal.ts';
import { announce, type Announcement, type TrainingOutcome } from './outcome.ts';
import type { OutputChannel } from './outputChannels.ts';

interface Places {
  readonly output: OutputChannel;
  readonly log: vscode.LogOutputChannel;
}

/** Tells the user how a training ended, and leads to what says more. Resolves when the message is gone. */
export async function announceEnd(entry: string, outcome: TrainingOutcome, places: Places): Promise<void> {
  const said = announce(entry, outcome);
  places.log[said.severity === 'information' ? 'info' : said.severity === 'warning' ? 'warn' : 'error'](said.message);
  const titles: Record<Announcement['offers'][number], string> = {
    panel: vscode.l10n.t('Open Panel'),
    output: vscode.l10n.t('Show Output'),
    place: vscode.l10n.t('Go to Line'),
    log: vscode.l10n.t('Show Log'),
  };
  const show = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[said.severity];
  const chosen = await show<string>(said.message, ...said.offers.map((offer) => titles[offer]));
  switch (said.offers.find((offer) => titles[offer] === chosen)) {
    case 'panel':
      if (outcome.kind === 'recorded') {
        await vscode.commands.executeCommand(COMMANDS.openPanel, outcome.folder);
      }
      break;
    case 'output':
      places.output.show();
      break;
    case 'place':
      if (outcome.kind === 'recorded' && outcome.cwd !== null && said.position !== null) {
        await revealPosition(outcome.cwd, said.position);
      }
      break;
    case 'log':
      places.log.show();
      break;
    case undefined:
      break;
  }
}
