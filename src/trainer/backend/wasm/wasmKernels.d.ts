/** What the build assembles from kernels/ (scripts/assembleKernels.mjs). */
declare module 'wasm-kernels' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
