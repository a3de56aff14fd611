/** Complex numbers as tfjs hands them out: `[re0, im0, re1, im1, ...]`. */
export function separate(interleaved: Float32Array): { real: Float32Array; imag: Float32Array } {
  const length = interleaved.length / 2;
  const real = new Float32Array(length);
  const imag = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    real[i] = interleaved[2 * i] ?? 0;
    imag[i] = interleaved[2 * i + 1] ?? 0;
  }
  return { real, imag };
}
