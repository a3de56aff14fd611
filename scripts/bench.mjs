// `npm run bench`: measures what the project promises in figures, and says whether each holds.
// `--json` prints { figures: [{ name, value, bar, holds }] } and nothing else; other arguments are names of measures.
//
// A measure is a module of its own, bench/NAME.mjs, that exports
//   measure({ say }): Promise<Figure[]>     see bench/shared/figures.mjs; `say(line)` tells what is behind the figures
// It throws where it cannot measure. Its row is added by adding its file.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const folder = join(root, 'bench');
const measures = readdirSync(folder).flatMap((file) => (file.endsWith('.mjs') ? [basename(file, '.mjs')] : []));
const unknown = wanted.filter((name) => !measures.includes(name));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}. There are: ${measures.join(', ')}.`);
  process.exit(2);
}

if (json) {
  // Whatever is said on the way goes beside the result.
  console.log = console.error;
}
setUp({ silent: json });
const figures = [];
let failed = false;
for (const name of measures.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  console.error(`Measuring ${name} …`);
  try {
    const { measure } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
    figures.push(...(await measure({ say: (line) => console.error(`  ${line}`) })));
  } catch (error) {
    failed = true;
    console.error(`${name} could not be measured: ${error.stack ?? error}`);
  }
}

if (json) {
  process.stdout.write(`${JSON.stringify({ figures })}\n`);
} else {
  const shown = (value) => String(Number(value.toPrecision(4)));
  const rows = figures.map(({ name, value, bar, holds }) => [name, shown(value), shown(bar), holds ? 'holds' : 'FAILS']);
  const head = ['figure', 'value', 'bar', ''];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));
    console.log(cells.join('  ').trimEnd());
  }
}
process.exitCode = failed || figures.some(({ holds }) => !holds) ? 1 : 0;
