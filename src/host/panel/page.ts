import { randomBytes } from 'node:crypto';

/** What the page may load, and from where. */
export interface PageSources {
  readonly script: string;
  readonly style: string;
  /** The webview's own source, for pictures and fonts. */
  readonly cspSource: string;
  readonly language: string;
  readonly title: string;
}

/** A fresh one for every page, so that no text that finds its way into the page can run or style anything. */
export function newNonce(): string {
  return randomBytes(24).toString('base64url');
}

/** The panel's document: an empty element, and the bundle that draws into it. The meta element is for the controls' styles. */
export function panelPage({ script, style, cspSource, language, title }: PageSources, nonce: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `img-src ${cspSource}`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${nonce}">
<title>${escaped(title)}</title>
<link rel="stylesheet" nonce="${nonce}" href="${escaped(style)}">
</head>
<body>
<div id="panel"></div>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
