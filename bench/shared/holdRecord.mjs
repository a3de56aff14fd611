// A process of its own, started with --expose-gc: reads a record as a host does, and says in how much memory it holds it.
// Arguments: the bundle of longRecord.ts, the run's folder.
import { pathToFileURL } from 'node:url';

const [bundle, folder] = process.argv.slice(2);
const { FollowedRun, RunFeed } = await import(pathToFileURL(bundle).href);
const used = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const before = used();
const start = performance.now();
const followed = new FollowedRun(folder, false);
await followed.open();
const milliseconds = performance.now() - start;
const held = used() - before;
// A page gets all of it, in pieces.
let lines = 0;
const feed = new RunFeed(followed, (message) => {
  lines += message.lines.length;
  return Promise.resolve();
});
lines += feed.begin().lines.length;
feed.more();
while (lines < followed.lines.length) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const said = { milliseconds, held, lines, windows: followed.run.windows.length, steps: followed.run.steps.length, state: followed.state };
followed.dispose();
process.stdout.write(JSON.stringify(said));
