// What a measure in bench/ gives back.

/**
 * @typedef {object} Figure
 * @property {string} name what was measured, with its unit: "activation, ms, median"
 * @property {number} value
 * @property {number} bar what it has to reach
 * @property {boolean} holds whether it does
 */

/** A figure that must not be above its bar. @returns {Figure} */
export function atMost(bar, name, value) {
  return { name, value, bar, holds: value <= bar };
}

/** A figure that must not be below its bar. @returns {Figure} */
export function atLeast(bar, name, value) {
  return { name, value, bar, holds: value >= bar };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
