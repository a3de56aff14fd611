import { RELEASE } from './packages.ts';
import { setUpCommand } from './setUpCommand.ts';

process.exitCode = await setUpCommand(RELEASE, process.argv.slice(2));
