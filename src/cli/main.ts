import { CommandError, UsageError } from './commandError.ts';
import { diagnoseCommand } from './diagnoseCommand.ts';
import { EXIT, type ExitStatus } from './exitStatus.ts';
import { helpText } from './help.ts';
import { errorCode } from './kindOfPath.ts';
import { parseCommand } from './parseCommand.ts';
import { reportCommand } from './reportCommand.ts';
import { trainCommand } from './trainCommand.ts';
import { version } from './version.ts';

async function run(argv: readonly string[]): Promise<ExitStatus> {
  const command = parseCommand(argv);
  switch (command.name) {
    case 'help':
      process.stdout.write(helpText(command.topic));
      return EXIT.ok;
    case 'version':
      process.stdout.write(`${version}\n`);
      return EXIT.ok;
    case 'train':
      return trainCommand(command);
    case 'report':
      return reportCommand(command);
    case 'diagnose':
      return diagnoseCommand(command);
  }
}

function tell(error: unknown): ExitStatus {
  if (error instanceof CommandError) {
    const more = error instanceof UsageError ? '\nSee mtl-debugger --help.' : '';
    process.stderr.write(`mtl-debugger: ${error.message}${more}\n`);
    return error.status;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`mtl-debugger: a fault of its own, which should be reported:\n${told}\n`);
  return EXIT.internal;
}

// A reader that has seen enough (`| head`) closes the pipe: no fault, and nothing more to say to it.
process.stdout.on('error', (error) => {
  if (errorCode(error) !== 'EPIPE') {
    process.exitCode = tell(error);
  }
});

// Not process.exit: a report that goes to a pipe must get there whole.
process.exitCode = await run(process.argv.slice(2)).catch(tell);
