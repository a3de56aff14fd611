// `npm run pictures`: makes the pictures of the documentation from real runs, in a headless browser.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { takePanelPictures } from './panelPictures.mjs';
import { root, setUp } from './setup.mjs';

const colours = { 31: '#f14c4c', 32: '#23d18b', 33: '#e5c07b', 34: '#3b8eea', 36: '#29b8db', 90: '#8a8a8a' };

/** Terminal text with the few styles that the report uses, as HTML. */
function toHtml(text) {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  let open = 0;
  const html = escaped.replace(/\x1b\[([\d;]*)m/g, (_, codes) => {
    let out = '';
    for (const code of codes.split(';').map(Number)) {
      const style = code === 1 ? 'font-weight:700;color:#fff' : code === 2 ? 'color:#8a8a8a' : colours[code] ? `color:${colours[code]}` : null;
      if (style) {
        open++;
        out += `<span style="${style}">`;
      } else if (open > 0) {
        open--;
        out += '</span>';
      }
    }
    return out;
  });
  return html + '</span>'.repeat(open);
}

function report(args) {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.mjs', 'train', '--seed', '1', ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '1', COLUMNS: '96' } },
  );
  if (status !== 0) {
    throw new Error(`The run for the picture failed:\n${stderr}`);
  }
  return stdout;
}

setUp();
const executablePath = await ensureBrowser();
if (executablePath === null) {
  console.error('No browser: install Chrome or Chromium to make the pictures.');
  process.exit(1);
}
mkdirSync(join(root, 'docs/images'), { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ deviceScaleFactor: 2 });
const runs = mkdtempSync(join(tmpdir(), 'mtl-pictures-'));
const text = report(['--runs', runs, 'examples/feed/loop.mjs', '--detach']);
// The same without the fault, to be compared with it.
report(['--runs', runs, 'examples/feed/loop.mjs']);
// The script's own output and the last line, which names a folder of this machine, are no part of the picture.
const start = text.search(/[^\n]*Findings:/);
if (start === -1) {
  throw new Error('The report for the picture has no findings.');
}
const shown = text.slice(start).replace(/\n[^\n]*(Evidence, and what to do|Record):[^\n]*/g, '');
await page.setContent(
  `<body style="margin:0;background:#1e1e1e"><pre style="display:inline-block;margin:0;padding:20px 24px;color:#ccc;font:13px/1.45 'DejaVu Sans Mono',Menlo,Consolas,monospace">${toHtml(shown)}</pre></body>`,
);
await page.locator('pre').screenshot({ path: join(root, 'docs/images/report.png') });
report(['--runs', runs, 'examples/penguins/train.mjs']);
await takePanelPictures(browser, root, runs, join(root, 'docs/images'));
await browser.close();
rmSync(runs, { recursive: true });
console.log('docs/images/report.png');
