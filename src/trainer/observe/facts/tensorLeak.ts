import type * as Tf from '@tensorflow/tfjs';
import type { SourcePosition } from '../../../core/run/record.ts';
import type { FrameReader } from '../graph/positions.ts';
import { captureStack } from '../tape/captureStack.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import type { FactLog } from './factLog.ts';

/** So many steps in a row must have left the same number of tensors behind. */
const STEPS = 5;

/** Steps that tensors must outlive before they count as left behind. */
const OUTLIVE = 2;

interface Site {
  tensors: number;
  growth: number;
  run: number;
  /** What one step made, with its stacks; how many steps it has outlived; null while none is looked at. */
  made: Map<Tf.Tensor, { readonly error: Error; readonly op: string }> | null;
  outlived: number;
  done: boolean;
}

export interface LeakWatch {
  /** A step begins; of the same site, the last one began where this one does. */
  beginStep(site: string, step: number): void;
  uninstall(): void;
}

/**
 * Notices that every step leaves tensors behind, by their number at the same place of each; then looks at one step's tensors, and
 * tells where those were made that outlive it.
 * @param ofCall Where the training call under way stands: what tfjs itself keeps during a fit is told there, and is no leak
 */
export function watchLeaks(
  engine: EngineInternals,
  facts: FactLog,
  reader: FrameReader,
  ofCall: () => SourcePosition | null,
): LeakWatch {
  const sites = new Map<string, Site>();
  let stopCapture: (() => void) | null = null;

  const look = (site: Site, step: number): void => {
    const { made } = site;
    if (made === null) {
      const capture = stopCapture === null ? captureTensors(engine) : null;
      if (capture !== null) {
        site.made = capture.made;
        stopCapture = capture.stop;
      }
      return;
    }
    if (site.outlived === 0) {
      stopCapture?.();
      stopCapture = null;
    }
    if (++site.outlived > OUTLIVE) {
      site.done = true;
      site.made = null;
      tell(made, site, step);
    }
  };
  const tell = (made: NonNullable<Site['made']>, { growth }: Site, step: number): void => {
    const call = JSON.stringify(ofCall());
    const places = new Map<string, { position: SourcePosition; op: string; tensors: number; bytes: number }>();
    for (const [tensor, { error, op }] of made) {
      const [position] = tensor.isDisposed || isVariable(tensor) ? [] : reader.framesOf(error);
      const key = JSON.stringify(position);
      if (position !== undefined && key !== call) {
        const place = places.get(key) ?? { position, op, tensors: 0, bytes: 0 };
        places.set(key, { ...place, tensors: place.tensors + 1, bytes: place.bytes + tensor.size * 4 });
      }
    }
    for (const { position, op, tensors, bytes } of places.values()) {
      const details = { op, perStep: tensors, bytesPerStep: bytes, growth };
      const about = { step, objective: null, task: null, layer: null, position };
      facts.tell({ type: 'fact', fact: 'tensorLeak', ...about, details });
    }
  };

  return {
    beginStep: (key, step) => {
      const tensors = engine.state.numTensors;
      const site = sites.get(key);
      if (site === undefined) {
        sites.set(key, { tensors, growth: 0, run: 0, made: null, outlived: 0, done: false });
        return;
      }
      const growth = tensors - site.tensors;
      site.run = growth > 0 && growth === site.growth ? site.run + 1 : 0;
      site.growth = growth;
      site.tensors = tensors;
      if (!site.done && (site.made !== null || site.run >= STEPS)) {
        look(site, step);
      }
    },
    uninstall: () => {
      stopCapture?.();
      stopCapture = null;
    },
  };
}

/** Notes every tensor that is made from now on, and its stack: dear, so for one step only. */
function captureTensors(
  engine: EngineInternals,
): { readonly made: NonNullable<Site['made']>; readonly stop: () => void } | null {
  if (typeof (engine.trackTensor as unknown) !== 'function') {
    return null;
  }
  const made: NonNullable<Site['made']> = new Map();
  const own = Object.getOwnPropertyDescriptor(engine, 'trackTensor');
  const original = engine.trackTensor.bind(engine);
  engine.trackTensor = (tensor, backend) => {
    original(tensor, backend);
    made.set(tensor, { error: captureStack('tensor'), op: engine.state.activeScope?.name ?? '' });
  };
  return {
    made,
    stop: () => {
      if (own === undefined) {
        Reflect.deleteProperty(engine, 'trackTensor');
      } else {
        Object.defineProperty(engine, 'trackTensor', own);
      }
    },
  };
}
