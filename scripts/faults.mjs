// `npm run faults`: trains the scripts with seeded faults and the healthy ones, and says what was found in them (docs/faults.md).
//   --quick      one script of each fault and look-alike, one seed
//   --seeds=N    seeds of each script (10)
//   --first=N    the first of them (1)
//   --workers=N  trainings at a time (2)
//   --judge      judge the records that are kept, train nothing
//   --show       all findings of each run
//   --list       name the scripts; with --show, print them
//   --write      write docs/faults.md
//   NAMES        only scripts with one of these in their names: `detach`, `experts.loop`
// Records and results are kept in .faults: what was done before is not done again while script, trainer and rules are the same.
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildDist } from './buildDist.mjs';
import { root, runNode } from './setup.mjs';

await buildDist();
const bundle = join(root, '.faults', 'main.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['test/faults/run/main.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
  external: ['typescript'],
});
process.exit(runNode([bundle, ...process.argv.slice(2)]));
