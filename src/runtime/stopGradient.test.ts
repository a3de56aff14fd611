import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { installTrainingObserver, type AnnouncedTensor } from '../core/announcements.ts';
import { layers } from './layers.ts';
import { stopGradient } from './stopGradient.ts';

const observe = (stops: [AnnouncedTensor, AnnouncedTensor][]): (() => void) =>
  installTrainingObserver({
    stopped: (input, output) => stops.push([input, output]),
    tasks: () => undefined,
    plan: () => undefined,
    epoch: () => undefined,
    validation: () => undefined,
  });

describe('stopGradient', () => {
  let uninstall = (): void => undefined;
  afterEach(() => {
    uninstall();
    tf.disposeVariables();
  });

  it('carries the same data of every dtype, and lives on when its input is gone', () => {
    const before = tf.memory();
    const tensors = [
      tf.tensor2d([[1.5, -2]]),
      tf.tensor1d([1, -2], 'int32'),
      tf.tensor1d([true, false], 'bool'),
      tf.tensor1d(['click', 'dwell']),
      tf.complex([1, 2], [3, 4]),
    ];
    for (const tensor of tensors) {
      const values = [...tensor.dataSync<keyof tf.DataTypeMap>()];
      const twice = [stopGradient(tensor), stopGradient(tensor)];
      tensor.dispose();
      for (const stopped of twice) {
        expect(stopped.dtype).toBe(tensor.dtype);
        expect(stopped.shape).toEqual(tensor.shape);
        expect([...stopped.dataSync<keyof tf.DataTypeMap>()]).toEqual(values);
        stopped.dispose();
      }
    }
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  it('is tidied like any other tensor, and takes no memory', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const { numTensors, numDataBuffers } = tf.memory();
    const kept = tf.tidy(() => {
      stopGradient(x);
      return stopGradient(x);
    });
    expect(tf.memory()).toMatchObject({ numTensors: numTensors + 1, numDataBuffers });
    tf.dispose([kept, x]);
  });

  it('the gradient behind it is absent, not zero, and what follows is differentiated', () => {
    const [w, v] = [tf.variable(tf.scalar(3)), tf.variable(tf.scalar(5))];
    const { grads } = tf.variableGrads(() => tf.mul<tf.Scalar>(stopGradient(tf.square(w)), v), [w, v]);
    expect(Object.keys(grads)).toEqual([v.name]);
    expect(grads[v.name]!.dataSync()[0]).toBe(9);
    tf.dispose(grads);
  });

  it('a variable that moves on leaves the stopped value as it was', () => {
    const w = tf.variable(tf.scalar(3));
    const stopped = stopGradient(w);
    w.assign(tf.scalar(4));
    expect(stopped.dataSync()[0]).toBe(3);
    stopped.dispose();
  });

  it('no NaN where the slope behind it is infinite', () => {
    const w = tf.variable(tf.tensor1d([-1, 4]));
    const { grads } = tf.variableGrads(
      () => tf.sum<tf.Scalar>(tf.add(tf.mul(stopGradient(tf.sqrt(tf.relu(w))), 0), w)),
      [w],
    );
    expect([...grads[w.name]!.dataSync()]).toEqual([1, 1]);
    tf.dispose(grads);
  });

  it('inside a custom gradient it neither leaks nor disturbs', () => {
    const w = tf.variable(tf.scalar(3));
    const before = tf.memory().numTensors;
    const op = tf.customGrad((x, save) => {
      const input = x as tf.Tensor;
      (save as tf.GradSaveFunc)([stopGradient(input)]);
      return {
        value: stopGradient(tf.square(input)),
        gradFunc: (dy, saved) => tf.mul(dy, tf.mul(stopGradient(saved[0]!), 2)),
      };
    });
    for (let step = 0; step < 3; step++) {
      const { value, grads } = tf.variableGrads(() => op(w) as tf.Scalar, [w]);
      expect(value.dataSync()[0]).toBe(9);
      expect(grads[w.name]!.dataSync()[0]).toBe(6);
      tf.dispose([value, grads]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells the debugger, if one watches', () => {
    const stops: [AnnouncedTensor, AnnouncedTensor][] = [];
    uninstall = observe(stops);
    const x = tf.scalar(1);
    const y = stopGradient(x);
    expect(stops).toEqual([[x, y]]);
    expect(y.id).not.toBe(x.id);
    expect(y.dataId).toBe(x.dataId);
    tf.dispose([x, y]);
  });

  it('says so when it is not given a tensor', () => {
    expect(() => stopGradient([tf.scalar(1)] as unknown as tf.Tensor)).toThrow(/takes one tensor, but x is an array/);
  });
});

describe('layers.stopGradient', () => {
  const model = (): tf.LayersModel => {
    const x = tf.input({ shape: [3], name: 'x' });
    const h = tf.layers.dense({ units: 4, name: 'trunk', activation: 'tanh' }).apply(x) as tf.SymbolicTensor;
    const a = tf.layers.dense({ units: 1, name: 'a' }).apply(h) as tf.SymbolicTensor;
    const feature = layers.stopGradient({ name: 'a_as_feature' }).apply(a) as tf.SymbolicTensor;
    const b = tf.layers.dense({ units: 1, name: 'b' }).apply(feature) as tf.SymbolicTensor;
    return tf.model({ inputs: x, outputs: [a, b] });
  };

  it('cuts a functional model, also after saving and loading it', async () => {
    const original = model();
    let saved: tf.io.ModelArtifacts | undefined;
    await original.save(
      tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } });
      }),
    );
    const artifacts = JSON.parse(JSON.stringify(saved!.modelTopology)) as object;
    const loaded = await tf.loadLayersModel(tf.io.fromMemory({ ...saved!, modelTopology: artifacts }));
    expect(loaded.getLayer('a_as_feature').getClassName()).toBe('StopGradient');
    const x = tf.tensor2d([[1, -1, 0.5]]);
    const [[, expected], [, actual]] = [original.predict(x), loaded.predict(x)] as [tf.Tensor[], tf.Tensor[]];
    expect([...actual!.dataSync()]).toEqual([...expected!.dataSync()]);
    for (const each of [original, loaded]) {
      const { grads } = tf.variableGrads(() => tf.sum((each.apply(x) as tf.Tensor[])[1]!));
      expect(Object.keys(grads).sort()).toEqual(
        each
          .getLayer('b')
          .trainableWeights.map((weight) => weight.name)
          .sort(),
      );
      tf.dispose(grads);
      each.dispose();
    }
  });

  it('makes itself again from its configuration', () => {
    const layer = layers.stopGradient({ name: 'stop' });
    const [StopGradient, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap.StopGradient!;
    const copy = fromConfig(StopGradient, layer.getConfig());
    expect(copy.getConfig()).toEqual(layer.getConfig());
    expect(copy.getConfig().name).toBe('stop');
    expect(copy.getClassName()).toBe('StopGradient');
  });

  it('passes masks through', () => {
    const mask = tf.tensor1d([true, false], 'bool');
    expect(layers.stopGradient().computeMask(tf.zeros([2]), mask)).toBe(mask);
    const sequence = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 3, outputDim: 2, maskZero: true, inputLength: 4 }),
        layers.stopGradient(),
        tf.layers.simpleRNN({ units: 2 }),
      ],
    });
    const long = tf.tensor2d([[1, 2, 0, 0]]);
    expect((sequence.predict(long) as tf.Tensor).shape).toEqual([1, 2]);
    sequence.dispose();
  });

  it('takes one tensor', () => {
    const layer = layers.stopGradient({ name: 'stop' });
    expect(() => layer.apply([tf.zeros([1]), tf.zeros([1])])).toThrow(
      /'stop' \(StopGradient\) takes one input, but got 2/,
    );
  });
});
