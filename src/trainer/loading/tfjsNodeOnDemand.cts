// What a script gets for `@tensorflow/tfjs-node` and `-gpu` under `auto`: the package, where it loads and its backend works, else
// what stands in for it. Both have the same names, which Node, for `import { x } from`, reads off the last assignment here: so it is
// CommonJS as it is written, and is built without being bundled.

const answer: unknown = Reflect.get(globalThis, Symbol.for('mtl-debugger.tfjs-node'));
const native: unknown = typeof answer === 'function' ? Reflect.apply(answer, undefined, []) : null;
if (native !== null) {
  module.exports = native;
} else {
  module.exports = require('./tfjs-node.cjs');
}
