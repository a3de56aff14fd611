import type * as Tf from '@tensorflow/tfjs';

/** The releases whose gradients are read: `test/versions` trains with them. Others may keep their tape in another way. */
const WATCHED = { major: 4, minors: [0, 22] } as const;

/** The copies that training is made of. */
const PACKAGES = ['tfjs', 'tfjs-core', 'tfjs-layers'] as const;

const METHODS = [
  'gradients',
  'addTapeNode',
  'makeTensor',
  'makeVariable',
  'makeTensorFromTensorInfo',
  'readSync',
  'read',
  'keep',
  'runKernel',
  'startTape',
  'endTape',
  'scopedRun',
  'tidy',
];

const STATE = ['activeTape', 'gradientDepth', 'kernelDepth', 'registeredVariables'];

/**
 * Why the gradients of a training with this copy of tfjs cannot be read, as sentences for people: its release is not one of those
 * that are watched, or it lacks what observation stands on. Null where they can. Nothing is started: the script may still choose its
 * backend.
 */
export function whyLossesOnly(tf: typeof Tf): string | null {
  const versions = tf.version as Readonly<Record<string, string | undefined>>;
  for (const name of PACKAGES) {
    const version = versions[name];
    if (!isWatched(version)) {
      return (
        `This script trains with ${name} ${version ?? 'of an unknown version'}. Gradients are read from tfjs 4.0 to 4.22 only: ` +
        `this run records losses, and training goes as it would without the debugger. ${advice}`
      );
    }
  }
  const [missing] = missingParts(tf);
  return missing === undefined
    ? null
    : `This script's tfjs calls itself ${versions['tfjs'] ?? ''}, but it has no ${missing}, so its gradients cannot be read: this ` +
        `run records losses, and training goes as it would without the debugger. ${advice}`;
}

const advice = "To see gradients, run 'npm install @tensorflow/tfjs@4.22.0' in the script's project.";

function isWatched(version: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version ?? '') ?? [];
  const [first, last] = WATCHED.minors;
  return Number(major) === WATCHED.major && Number(minor) >= first && Number(minor) <= last;
}

/** What observation stands on and this copy lacks, as people would write it in code. */
function missingParts(tf: typeof Tf): string[] {
  const engine: object = tf.engine();
  const state: unknown = Reflect.get(engine, 'state');
  const has = (owner: unknown, name: string): boolean => typeof owner === 'object' && owner !== null && name in owner;
  const method = (owner: unknown, name: string): boolean =>
    has(owner, name) && typeof (owner as Record<string, unknown>)[name] === 'function';
  const prototype = (name: string): unknown =>
    (Reflect.get(tf, name) as { prototype?: unknown } | undefined)?.prototype;
  return [
    ...METHODS.filter((name) => !method(engine, name)).map((name) => `engine().${name}()`),
    ...STATE.filter((name) => !has(state, name)).map((name) => `engine().state.${name}`),
    // The engine's own backend is not asked: that would start one.
    ...(method(prototype('KernelBackend'), 'incRef') ? [] : ['KernelBackend.incRef()']),
    ...(method(prototype('LayersModel'), 'makeTrainFunction') ? [] : ['LayersModel.makeTrainFunction()']),
    ...(method(prototype('Optimizer'), 'minimize') ? [] : ['Optimizer.minimize()']),
  ];
}
