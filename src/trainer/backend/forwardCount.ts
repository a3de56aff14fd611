import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../observe/tape/engineInternals.ts';
import { multiplyAdds } from './multiplyAdds.ts';

/** Counts the multiply-adds of one forward pass, from the shapes on its tape: the same for every run of a script. */
export class ForwardCount {
  private counted = 0;
  private started = false;

  constructor(private readonly engine: EngineInternals) {}

  get total(): number {
    return this.counted;
  }

  /** The same function: the first time that it runs, with the tape on, it is counted. */
  around(f: () => Tf.Tensor): () => Tf.Tensor {
    return () => {
      if (this.started) {
        return f();
      }
      this.started = true;
      const stop = this.watchTape();
      try {
        return f();
      } finally {
        stop();
      }
    };
  }

  private watchTape(): () => void {
    const { engine } = this;
    const own = Object.getOwnPropertyDescriptor(engine, 'addTapeNode');
    const original = engine.addTapeNode.bind(engine);
    engine.addTapeNode = (kernelName, inputs, outputs, gradientsFunc, saved, attrs) => {
      original(kernelName, inputs, outputs, gradientsFunc, saved, attrs);
      // A gradient inside the loss function has a forward pass of its own.
      if (engine.state.gradientDepth === 1 && engine.state.kernelDepth === 0) {
        this.counted += multiplyAdds({ kernelName, inputs, outputs, attrs });
      }
    };
    return () => {
      if (own === undefined) {
        Reflect.deleteProperty(engine, 'addTapeNode');
      } else {
        Object.defineProperty(engine, 'addTapeNode', own);
      }
    };
  }
}
