import * as vscode from 'vscode';
import type { Disposable } from '../signal.ts';
import { newNonce, panelPage } from './page.ts';

/** What a page is talked to through, by whichever panel it is in. */
export interface Conversation extends Disposable {
  /** Messages of the page that were none. */
  readonly dropped: number;
  receive(message: unknown): void;
  /** The page is gone, or hidden. */
  pageGone(): void;
}

/** Puts the page into a panel and lets it talk, until the panel is closed. */
export function fillPanel(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  conversation: Conversation,
  log: vscode.LogOutputChannel,
): void {
  const { webview } = panel;
  const built = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const media = vscode.Uri.joinPath(extensionUri, 'media');
  webview.onDidReceiveMessage((message: unknown) => {
    const before = conversation.dropped;
    conversation.receive(message);
    if (conversation.dropped > before) {
      log.debug(`The panel sent something that is no message; ${conversation.dropped} so far were dropped.`);
    }
  });
  panel.onDidChangeViewState(() => {
    if (!panel.visible) {
      conversation.pageGone();
    }
  });
  panel.onDidDispose(() => conversation.dispose());
  panel.iconPath = vscode.Uri.joinPath(media, 'icon.svg');
  webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [built, media] };
  webview.html = panelPage(
    {
      script: webview.asWebviewUri(vscode.Uri.joinPath(built, 'main.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(built, 'main.css')).toString(),
      cspSource: webview.cspSource,
      language: vscode.env.language,
      title: panel.title,
    },
    newNonce(),
  );
}
