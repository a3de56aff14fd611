import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const TFJS = '@tensorflow/tfjs';
const CORE = '@tensorflow/tfjs-core';
export const NATIVE_PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'] as const;

/** Where the loader answers other than Node would. Plain data: it is handed to the hooks' own thread. */
export interface LoadingRules {
  /** The file of tfjs that this run trains with. */
  readonly tfjs: string;
  /** Packages that do not load, by the file that stands in for them. */
  readonly redirects: Readonly<Record<string, string>>;
  /** The runtime library's own copy, for scripts whose project has none. */
  readonly library: { readonly import: string; readonly require: string };
  /** A file of the debugger, from which its own copies of packages resolve. */
  readonly ownFile: string;
  /** Folders whose files get the script's tfjs, wherever they lie: the debugger's own. */
  readonly ownFolders: readonly string[];
  /** Folders of a tfjs-node that is not the project's, and the tfjs-core that it gets: the one of the script's tfjs. */
  readonly native: { readonly folders: readonly string[]; readonly core: string | null };
}

/** The file for a specifier whatever Node would say, or null where Node decides. */
export function decidedFile(rules: LoadingRules, specifier: string, importer: string | undefined): string | null {
  const redirected = rules.redirects[specifier];
  if (redirected !== undefined) {
    return redirected;
  }
  if (importer === undefined) {
    return null;
  }
  const { tfjs, ownFolders, native } = rules;
  if (specifier === TFJS) {
    return isInside(pathOf(importer), [...ownFolders, ...native.folders]) ? tfjs : null;
  }
  return specifier === CORE && isInside(pathOf(importer), native.folders) ? native.core : null;
}

/** What stands in for a specifier that Node cannot find: a file, or the debugger's own copy of the package. */
export function standIn(
  rules: LoadingRules,
  specifier: string,
  way: keyof LoadingRules['library'],
): { readonly file: string } | 'own' | null {
  if (specifier === TFJS) {
    return { file: rules.tfjs };
  }
  if (specifier === 'mtl-debugger') {
    return { file: rules.library[way] };
  }
  return /^@tensorflow\/tfjs[-/]/.test(specifier) ? 'own' : null;
}

/** True where Node's error says that this very specifier is missing, and not something that it needs itself. */
export function isMissing(error: unknown, specifier: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) {
    return false;
  }
  const notFound = error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND';
  const [first = ''] = error.message.split('\n', 1);
  const packageName = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return notFound && (first.includes(`'${specifier}'`) || first.includes(`'${packageName}'`));
}

export function isInside(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep));
}

/** A module's file, of its path or URL. */
export function pathOf(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : module;
}
