/** What a package called @tensorflow/tfjs-node can be on a user's machine. */
export const nativePackages = {
  // The error that tfjs-node 4.22 throws where its install script never ran.
  'never downloaded': `throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: ' +
    '/somewhere. \\nPlease run command ...');`,
  'built for another system': `require('node:fs').writeFileSync(__dirname + '/x.node', 'no library');
    process.dlopen({ exports: {} }, __dirname + '/x.node');`,
  'without a dependency': `require('@mapbox/node-pre-gyp-that-is-not-there');`,
  'failing on its first product': `const tf = require('@tensorflow/tfjs');
    tf.registerBackend('tensorflow', () => new tf.MathBackendCPU(), 3);`,
  // It works, but needs what Node 23 took out of util, and takes it out itself for the sake of older ones.
  working: `const tf = require('@tensorflow/tfjs');
    const util = require('util');
    if (!util.isArray([]) || !util.isNullOrUndefined(null)) throw new Error('util');
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    tf.registerBackend('tensorflow', () => new tf.MathBackendCPU(), 3);
    tf.setBackend('tensorflow');`,
};
