/** The generator's whole state: four 32-bit words, not all zero. */
export type XoshiroState = readonly [number, number, number, number];

/** A pseudo-random generator whose state can be read and put back. */
export interface Xoshiro128 {
  /** The next 32 bits, as an integer in [0, 2³²). */
  nextUint32(): number;
  /** A number in [0, 1) with 53 random bits, as `Math.random()` gives. */
  nextUnit(): number;
  state(): XoshiroState;
  setState(state: XoshiroState): void;
}

/**
 * xoshiro128** 1.1: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021);
 * period 2¹²⁸ − 1. Not for secrets.
 */
export function xoshiro128(initial: XoshiroState): Xoshiro128 {
  let [s0, s1, s2, s3] = initial;
  const nextUint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return result;
  };
  return {
    nextUint32,
    nextUnit() {
      const high = nextUint32() >>> 5;
      const low = nextUint32() >>> 6;
      return (high * 2 ** 26 + low) / 2 ** 53;
    },
    state: () => [s0 >>> 0, s1 >>> 0, s2 >>> 0, s3 >>> 0],
    setState(state) {
      [s0, s1, s2, s3] = state;
    },
  };
}

/**
 * Four well-mixed words from any number, by the finaliser of MurmurHash3 over a Weyl sequence that starts at the
 * number's 64 bits: the neighbours 1 and 2 start far apart, and no two of the words are both zero.
 */
export function stateFromSeed(seed: number): XoshiroState {
  // -0 and 0 are one seed to everyone but the bits.
  const bits = new Uint32Array(Float64Array.of(seed === 0 ? 0 : seed).buffer);
  let weyl = mix((bits[0] ?? 0) ^ mix((bits[1] ?? 0) + 0x9e3779b9));
  const word = (): number => {
    weyl = (weyl + 0x9e3779b9) | 0;
    return mix(weyl);
  };
  return [word(), word(), word(), word()];
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
