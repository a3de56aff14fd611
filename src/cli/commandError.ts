import { EXIT, type ExitStatus } from './exitStatus.ts';

/** An error that is told to the user as it stands, without a stack. */
export class CommandError extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus) {
    super(message);
    this.name = 'CommandError';
    this.status = status;
  }
}

/** The command line is wrong: what is, what is valid, and how to go on. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, EXIT.badUsage);
    this.name = 'UsageError';
  }
}
