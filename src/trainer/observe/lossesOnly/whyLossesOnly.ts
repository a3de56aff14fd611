import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../tape/engineInternals.ts';

/** The releases whose gradients are read: `test/versions` trains with them. Others may keep their tape in another way. */
const WATCHED = { major: 4, minors: [0, 22] } as const;

/** The copies that training is made of. */
const PACKAGES = ['tfjs', 'tfjs-core', 'tfjs-layers'] as const;

/** Of the engine, of its state, and of what tfjs makes. */
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

const STATE = ['gradientDepth', 'kernelDepth', 'registeredVariables'];

const MADE = [
  ['KernelBackend', 'incRef'],
  ['LayersModel', 'makeTrainFunction'],
  ['Optimizer', 'minimize'],
] as const;

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
  const engine = tf.engine() as unknown as EngineInternals;
  const missing = [
    ...METHODS.filter((name) => !hasMethod(engine, name)).map((name) => `engine().${name}()`),
    ...STATE.filter((name) => !(name in engine.state)).map((name) => `engine().state.${name}`),
    // The engine's own backend is not asked: that would start one.
    ...MADE.filter(([name, method]) => !hasMethod(prototypeOf(tf, name), method)).map((each) => `${each.join('.')}()`),
  ];
  return missing.length === 0 && !keepsTape(engine) ? ['engine().state.activeTape'] : missing;
}

/** There is no tape before the first gradient: an empty one is begun and ended. */
function keepsTape(engine: EngineInternals): boolean {
  const { state } = engine;
  const before = state.activeTape;
  engine.startTape();
  try {
    return Array.isArray(state.activeTape) && state.gradientDepth === 1;
  } finally {
    engine.endTape();
    state.activeTape = before;
  }
}

function prototypeOf(tf: typeof Tf, name: string): unknown {
  const made: unknown = Reflect.get(tf, name);
  return typeof made === 'function' ? made.prototype : null;
}

function hasMethod(owner: unknown, name: string): boolean {
  return typeof owner === 'object' && owner !== null && typeof Reflect.get(owner, name) === 'function';
}
