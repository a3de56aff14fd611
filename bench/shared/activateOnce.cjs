// Called in the extension host of a window that does nothing else: activates the extension and notes the milliseconds.
const { appendFileSync } = require('node:fs');
const vscode = require('vscode');

exports.run = async () => {
  const extension = vscode.extensions.getExtension('mtl-debugger.mtl-debugger');
  if (extension === undefined || extension.isActive) {
    throw new Error(extension === undefined ? 'the extension is not there' : 'the extension was active before');
  }
  // The extension activates when a window's own start has finished: so does it here.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const start = performance.now();
  await extension.activate();
  appendFileSync(process.env.MTL_BENCH_RESULTS, `${performance.now() - start}\n`);
};
