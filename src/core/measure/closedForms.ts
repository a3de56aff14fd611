/**
 * How alike two gradients are in length: 2ab / (a² + b²), 1 for equal norms, towards 0 for a scale gap (Yu et al. 2020,
 * "Gradient surgery for multi-task learning", eq. 2).
 * @param a Norm of one gradient, at least 0.
 * @param b Norm of the other, at least 0. Two norms of 0 are alike: 1.
 */
export function magnitudeSimilarity(a: number, b: number): number {
  const larger = Math.max(a, b);
  if (larger === 0) {
    return 1;
  }
  // Scaled first: the squares of large norms would overflow.
  const [x, y] = [a / larger, b / larger];
  return (2 * x * y) / (x * x + y * y);
}

/**
 * Cockpit's alpha (Schneider, Dangel and Hennig 2021): where a step ended on the parabola that the loss makes along it. -1:
 * it did not move; 0: at the minimum; 1: as high on the other side; above 1: the loss has grown.
 * The parabola is fitted to the two slopes alone, which are less noisy than the two losses.
 * @param before Slope of the loss along the step at its start, below 0 for a step downhill.
 * @param after Slope along the same direction at its end.
 * @returns NaN where the step did not start on a slope.
 */
export function stepAlpha(before: number, after: number): number {
  return before === 0 ? NaN : -after / before;
}
