// Finds a browser for the tests that need one, or installs one where this machine allows it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run, runNode } from './setup.mjs';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chrome, Chromium or Edge on this machine, or null. */
export async function findBrowser() {
  for (const name of names) {
    const { status, stdout } = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
    if (status === 0) {
      return stdout.split(/\r?\n/)[0];
    }
  }
  const place = places.find((path) => existsSync(path));
  if (place) {
    return place;
  }
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}

/** A browser's path; installs one if need be: Playwright's, else Debian's where this user may. Null where neither can be had. */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) {
    return found;
  }
  console.log('No Chrome, Chromium or Edge found: installing one for the browser tests (once) …');
  const quiet = { stdio: 'ignore' };
  if (runNode(['node_modules/playwright-core/cli.js', 'install', 'chromium-headless-shell'], quiet) === 0) {
    const playwright = await findBrowser();
    if (playwright) {
      return playwright;
    }
  }
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-qq'], quiet);
    run('apt-get', ['install', '-y', '-qq', 'chromium'], quiet);
  }
  return findBrowser();
}
