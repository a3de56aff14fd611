// The licences of everything that others wrote and the package carries.
import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from '../setup.mjs';

/** The folder of the npm package that a file belongs to, the innermost where packages lie in packages; null for our own. */
function packageOf(file) {
  const parts = file.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules');
  return at < 0 ? null : parts.slice(0, at + (parts[at + 1].startsWith('@') ? 3 : 2)).join(sep);
}

/** Whatever a package says of its licence, in files of its own. */
function licenceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|copying|notice|thirdparty)/i.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim());
}

/** The lines of a package's sources that say whose they are, each once. */
function copyrightLines(files) {
  const lines = files.flatMap((file) => readFileSync(join(root, file), 'utf8').match(/Copyright (?:\(c\) )?\d{4}[^\n]*/g) ?? []);
  return [...new Set(lines.map((line) => line.trim()))].sort();
}

/** The texts of licences that some packages name and do not carry, as others carry them. */
const named = {
  'Apache-2.0': () => readFileSync(join(root, 'node_modules', 'typescript', 'LICENSE.txt'), 'utf8').trim(),
  // The paragraphs below the copyright line are the same for everyone.
  MIT: () => readFileSync(join(root, 'LICENSE'), 'utf8').split(/^Copyright.*$/m)[1].trim(),
};

/**
 * The text of THIRD-PARTY-NOTICES.txt for a package built of these files, paths relative to the repository.
 * @throws for a package whose licence is not to be found: it must not be passed on
 */
export function thirdPartyNotices(inputs) {
  const files = new Map();
  for (const input of new Set(inputs)) {
    const folder = packageOf(input);
    if (folder !== null) {
      files.set(folder, [...(files.get(folder) ?? []), input]);
    }
  }
  const appended = new Set();
  const sections = [...files].map(([folder, own]) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const title = `${name} ${version} (${license})`;
    const texts = licenceFiles(join(root, folder));
    if (texts.length > 0) {
      return { title, texts };
    }
    const licences = String(license).split(' AND ');
    const unknown = licences.filter((each) => named[each] === undefined);
    if (unknown.length > 0) {
      throw new Error(`${name} carries no licence file, and the text of ${unknown.join(', ')} is not known here.`);
    }
    licences.forEach((each) => appended.add(each));
    return { title, texts: [[...copyrightLines(own), `The licence's text stands at the end: ${licences.join(', ')}.`].join('\n')] };
  });
  sections.sort((a, b) => a.title.localeCompare(b.title));
  const rule = '-'.repeat(78);
  const end = [...appended].sort().map((each) => `${rule}\n${each}\n\n${named[each]()}\n`);
  const body = sections.map(({ title, texts }) => `${rule}\n${title}\n\n${texts.join('\n\n')}\n`);
  return ['MTL Debugger contains these packages, in whole or in part.\n', ...body, ...end].join('\n');
}
