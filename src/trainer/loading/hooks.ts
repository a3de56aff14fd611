/**
 * The loader's hooks for `import`, which Node runs on a thread of their own. `require` is in commonJs.ts.
 * JavaScript passes through untouched.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commonJsFacade } from './commonJsFacade.ts';
import { loadTypescript } from './loadTypescript.ts';
import { decidedFile, isMissing, pathOf, standIn, type LoadingRules } from './rules.ts';
import { createTranspiler } from './transpile.ts';
import { candidatesOf, isTypeScript } from './typescriptFiles.ts';

export interface HooksStart {
  readonly rules: LoadingRules;
  /** The training script. */
  readonly entry: string;
}

const transpiler = createTranspiler(loadTypescript);
let start: HooksStart | null = null;

export const initialize: InitializeHook<HooksStart> = (given) => {
  start = given;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (start === null) {
    return nextResolve(specifier, context);
  }
  const { rules } = start;
  const decided = decidedFile(rules, specifier, context.parentURL);
  if (decided !== null) {
    return { url: pathToFileURL(decided).href, shortCircuit: true };
  }
  const source = sourceMeant(specifier, context.parentURL);
  if (source !== null) {
    return nextResolve(pathToFileURL(source).href, context);
  }
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const other = isMissing(error, specifier) ? standIn(rules, specifier, 'import') : null;
    if (other === null) {
      throw error;
    }
    return other === 'own'
      ? nextResolve(specifier, { ...context, parentURL: pathToFileURL(rules.ownFile).href })
      : { url: pathToFileURL(other.file).href, shortCircuit: true };
  }
};

export const load: LoadHook = (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !isTypeScript(new URL(url).pathname)) {
    return nextLoad(url, context);
  }
  const file = fileURLToPath(url);
  const source = readFileSync(file, 'utf8');
  const format = transpiler.formatOf(file, source);
  if (format === 'module') {
    return { format, source: transpiler.transpile(file, source, format), shortCircuit: true };
  }
  if (start !== null && pathOf(start.entry) === file) {
    // Without a source Node takes its ordinary way through `require`: the script is the main module there too.
    return { format, shortCircuit: true };
  }
  const facade = commonJsFacade(file, transpiler.transpile(file, source, format));
  return { format: 'module', source: facade, shortCircuit: true };
};

/** The existing file that a relative import in a TypeScript file means. */
function sourceMeant(specifier: string, importer: string | undefined): string | null {
  if (importer?.startsWith('file:') !== true || !isTypeScript(pathOf(importer))) {
    return null;
  }
  return candidatesOf(specifier, pathOf(importer)).find((file) => existsSync(file)) ?? null;
}
