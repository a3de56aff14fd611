import { expect, it } from 'vitest';
import { newNonce, panelPage } from './page.ts';

const sources = {
  script: 'https://x/main.js',
  style: 'https://x/main.css',
  cspSource: 'https://x',
  language: 'en',
  title: 'MTL',
};

it('the page allows nothing but its own script and style, by a nonce that is never the same', () => {
  const nonce = newNonce();
  const page = panelPage(sources, nonce);
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'nonce-${nonce}';`);
  expect(policy).toContain(`style-src 'nonce-${nonce}';`);
  expect(policy).not.toContain('unsafe');
  expect(page).toContain(`<meta property="csp-nonce" content="${nonce}">`);
  expect(new Set(Array.from({ length: 100 }, newNonce)).size).toBe(100);
  expect(nonce).toMatch(/^[\w-]{32}$/);
});

it('a title from the user stays text', () => {
  const page = panelPage({ ...sources, title: '</title><script>alert(1)</script>"&' }, 'n');
  expect(page).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;');
  expect(page.match(/<script/g)).toHaveLength(1);
});
