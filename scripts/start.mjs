// `npm start`: sets everything up, trains the penguins example and prints its report.
import { runNode, setUp } from './setup.mjs';

setUp();
process.exit(runNode(['dist/cli/main.mjs', 'train', '--seed', '1', 'examples/penguins/train.mjs', ...process.argv.slice(2)]));
