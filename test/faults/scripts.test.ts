import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runNode } from '../children/trainInChild.ts';
import { allVariants } from './run/selection.ts';
import { KEPT } from './run/trainVariant.ts';

/** Every script for one epoch of few rows, one after the other in one plain Node process: what tfjs itself says to them. */
const folder = path.resolve(import.meta.dirname, '..', '..', KEPT, 'once');
const variants = allVariants();
let errors: Readonly<Record<string, string>>;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  for (const { id, script } of variants) {
    const short = script
      .replace(/const epochs = \d+;/, 'const epochs = 1;')
      .replace('const rows = 512;', 'const rows = 64;')
      .replace('const rows = 2048;', 'const rows = 64;')
      .replace(/epoch === \d+/g, 'epoch === 0');
    writeFileSync(path.join(folder, `${id}.mjs`), short);
  }
  writeFileSync(
    path.join(folder, 'all.mjs'),
    `import * as tf from '@tensorflow/tfjs';
const errors = {};
for (const id of ${JSON.stringify(variants.map(({ id }) => id))}) {
  try {
    await import(\`./\${id}.mjs\`);
  } catch (error) {
    errors[id] = String(error);
  }
  tf.disposeVariables();
}
console.log(\`\\n@\${JSON.stringify(errors)}\`);
`,
  );
  const { stdout, stderr } = await runNode([path.join(folder, 'all.mjs'), '1'], folder);
  const [, text] = stdout.split('\n@');
  if (text === undefined) {
    throw new Error(stderr);
  }
  errors = JSON.parse(text) as Readonly<Record<string, string>>;
}, 600_000);

describe('every script runs', () => {
  it('but for those whose fault makes tfjs throw, in words that do not name it', () => {
    const failed = Object.keys(errors).map((id) => id.split('.').slice(0, 2).join('.'));
    const throws = /^(?:topK\..*|sharedAdam\.(?:mixed|convolution)|refreeze\..*)$/;
    expect(failed.filter((id) => !throws.test(id))).toEqual([]);
    expect(Object.entries(errors).filter(([id, error]) => id.startsWith('topK') && !error.includes('TopK'))).toEqual(
      [],
    );
    expect(Object.keys(errors).filter((id) => id.startsWith('topK'))).toHaveLength(8);
  });
});
