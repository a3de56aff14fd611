import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * tfjs-node has every `fit` that is not told otherwise draw a progress bar on the script's output. One that is loaded in the middle
 * of a training, and that the script has not asked for, is not to change what it prints.
 * @param file the main file of a tfjs-node that was not loaded yet
 */
export function omitProgressBars(file: string): void {
  try {
    const callbacks = createRequire(file)(path.join(path.dirname(file), 'callbacks.js')) as Record<string, unknown>;
    const { ProgbarLogger } = callbacks;
    if (typeof ProgbarLogger === 'function') {
      // What it registers, it makes anew for each `fit`: a callback that has nothing to call.
      const Callback: unknown = Object.getPrototypeOf(ProgbarLogger);
      callbacks['ProgbarLogger'] = function quiet(): object {
        return Reflect.construct(Callback as new (calls: object) => object, [{}]);
      };
    }
  } catch {
    // It is made otherwise, or does not load: that is said when it is loaded itself.
  }
}
