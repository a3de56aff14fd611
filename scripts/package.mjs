// `npm run package`: packs the extension into a VSIX that runs with nothing else installed. `--out=FILE` says where.
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
// Its packages are there only now.
const { createVsix } = await import('./package/createVsix.mjs');
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const out = process.argv.find((arg) => arg.startsWith('--out='))?.slice('--out='.length);
const file = out === undefined ? join(root, `${name}-${version}.vsix`) : resolve(out);
try {
  const bytes = await createVsix(file);
  const shown = out === undefined ? relative(process.cwd(), file) : file;
  console.log(`${shown}: ${(bytes / 1e6).toFixed(2)} MB. Install it with: code --install-extension ${shown}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
