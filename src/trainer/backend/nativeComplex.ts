/** What is needed of tfjs-node's backend to make a complex tensor out of its numbers. */
interface NativeBackend {
  readonly binding: {
    readonly TF_FLOAT: number;
    readonly TF_COMPLEX64: number;
    readonly TF_ATTR_TYPE: number;
    createTensor(shape: readonly number[], dtype: number, values: Float32Array): number;
    deleteTensor(id: number): void;
    executeOp(name: string, attrs: readonly object[], inputs: readonly number[], outputs: number): { id: number }[];
  };
  readonly tensorMap: { set(dataId: object, tensor: object): void };
  move(dataId: object, values: unknown, shape: number[], dtype: string, refCount: number): void;
}

/**
 * Lets tfjs-node take complex tensors over from another backend: it makes them by an op only, and refuses their numbers, which
 * come as real and imaginary parts side by side.
 * @param backend its running backend; one that only calls itself so is left alone
 */
export function takeComplexTensors(backend: object): void {
  if (!isNative(backend)) {
    return;
  }
  const { binding, tensorMap } = backend;
  const moveReal = backend.move.bind(backend);
  backend.move = (dataId, values, shape, dtype, refCount) => {
    if (dtype !== 'complex64' || !(values instanceof Float32Array)) {
      moveReal(dataId, values, shape, dtype, refCount);
      return;
    }
    const parts = [0, 1].map((part) =>
      binding.createTensor(
        shape,
        binding.TF_FLOAT,
        values.filter((_, i) => i % 2 === part),
      ),
    );
    const attrs = [
      { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      { name: 'Tout', type: binding.TF_ATTR_TYPE, value: binding.TF_COMPLEX64 },
    ];
    const [made] = binding.executeOp('Complex', attrs, parts, 1);
    parts.forEach((part) => binding.deleteTensor(part));
    tensorMap.set(dataId, { shape, dtype: binding.TF_COMPLEX64, values: null, id: made?.id ?? -1, refCount });
  };
}

function isNative(backend: object): backend is NativeBackend {
  return 'binding' in backend && 'tensorMap' in backend && 'move' in backend;
}
