import { symmetricEigen } from './eigen.ts';
import { cosines, dot, entry, norms, square, sum, timesVector, type Matrix } from './matrix.ts';
import { solvePositive } from './nonNegative.ts';

/** Below this, an eigenvalue of the cosines is raised to it: two tasks that pull in opposite ways have no balance. */
const LEAST = 1e-6;

/**
 * The w > 0 with G w = w^(-1/alpha), each element by itself: where each task's gain <g_i, d> along d = sum w_i g_i is what its
 * weight asks for. It is the minimum of w'Gw / 2 plus a barrier, a convex function, and is found by Newton's method.
 *
 * Where no such w exists or it is huge (gradients that cancel out), the smallest eigenvalue of the gradients' cosines is raised
 * to 1e-6: the weights stay finite, at most some thousand, and the step along d is next to nothing.
 */
export function balance(gram: Matrix, alpha: number): number[] {
  const power = 1 / alpha;
  // In v = w |g|: C v = |g|^(power - 1) v^(-power), with cosines C.
  const right = norms(gram).map((length) => length ** (power - 1));
  const raw = cosines(gram);
  const lift = Math.max(0, LEAST - Math.min(...symmetricEigen(raw).values));
  const c = square(raw.length, (i, j) => entry(raw, i, j) + (i === j ? lift : 0));
  const scale = (sum(right) / sum(c.flat().map(Math.abs))) ** (1 / (1 + power));
  let v = right.map(() => scale);
  for (let round = 0; round < 500; round++) {
    const pull = v.map((value, i) => (right[i] ?? 0) * value ** -power);
    const slope = timesVector(c, v).map((value, i) => value - (pull[i] ?? 0));
    const curvature = square(
      v.length,
      (i, j) => entry(c, i, j) + (i === j ? (power * (pull[i] ?? 0)) / (v[i] ?? 1) : 0),
    );
    const step = solvePositive(curvature, slope);
    // The step in proportion to each weight: no weight may reach 0, and far away the barrier's own curvature misleads.
    const largest = Math.max(...step.map((value, i) => Math.abs(value) / (v[i] ?? 1)));
    const part = largest > 0.5 ? 0.5 / largest : 1;
    v = v.map((value, i) => value - part * (step[i] ?? 0));
    if (largest < 1e-14 || dot(slope, step) === 0) {
      break;
    }
  }
  return v.map((value, i) => value / (norms(gram)[i] ?? 1));
}
