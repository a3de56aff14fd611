import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolveFrom } from '../lifecycle/findTfjs.ts';
import { installCommonJs } from './commonJs.ts';
import type { HooksStart } from './hooks.ts';
import { loadTypescript } from './loadTypescript.ts';
import type { LoadingRules } from './rules.ts';
import { createTranspiler } from './transpile.ts';

export interface LoadingOptions {
  /** The training script. */
  readonly entry: string;
  /** URL of the built preload.mjs, beside which all other built files lie. */
  readonly preload: string;
  /** The file of tfjs that this run trains with. */
  readonly tfjs: string;
  /** Folders of tfjs-node that are not the project's, and are to share the script's tfjs. */
  readonly ownNativeFolders: readonly string[];
}

/** Files that a script can get for tfjs-node. */
export interface StandIns {
  /** What stands in for it where it is missing or does not load. */
  readonly substitute: string;
  /** What decides, when it is imported, whether that is the package or the substitute. */
  readonly onDemand: string;
}

export interface Loading extends StandIns {
  /** Lets `import` and `require` of these specifiers load other files. Call it once, before the script is loaded. */
  redirect(redirects: Readonly<Record<string, string>>): void;
}

/** Prepares the loader for a training script. `require` follows the rules at once, `import` from `redirect` on. */
export function installLoading({ entry, preload, tfjs, ownNativeFolders }: LoadingOptions): Loading {
  const ownFile = fileURLToPath(preload);
  const trainer = path.dirname(ownFile);
  const dist = path.dirname(trainer);
  let rules: LoadingRules = {
    tfjs,
    redirects: {},
    library: { import: path.join(dist, 'runtime', 'index.mjs'), require: path.join(dist, 'runtime', 'index.cjs') },
    ownFile,
    ownFolders: [dist],
    native: { folders: ownNativeFolders, core: resolveFrom(tfjs, '@tensorflow/tfjs-core') },
  };
  installCommonJs(() => rules, createTranspiler(loadTypescript));
  return {
    substitute: path.join(trainer, 'tfjs-node.cjs'),
    onDemand: path.join(trainer, 'tfjs-node-on-demand.cjs'),
    redirect: (redirects) => {
      rules = { ...rules, redirects };
      showOriginalPositions();
      const data: HooksStart = { rules, entry };
      module.register(pathToFileURL(path.join(trainer, 'hooks.mjs')).href, { data });
    },
  };
}

/**
 * Lets Node print the author's own lines for files with a source map. It begins here, after tfjs is loaded, whose large
 * maps would only cost time; newer Nodes can leave packages out.
 */
function showOriginalPositions(): void {
  const { setSourceMapsSupport } = module as typeof module & {
    setSourceMapsSupport?: (enabled: boolean, options: { nodeModules: boolean; generatedCode: boolean }) => void;
  };
  if (setSourceMapsSupport === undefined) {
    process.setSourceMapsEnabled(true);
  } else {
    setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  }
}
