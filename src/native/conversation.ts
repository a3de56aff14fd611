import { createInterface } from 'node:readline/promises';
import { inEnglish } from '../core/diagnosis/sentence.ts';
import type { SetUpMessage } from './messages.ts';
import type { Plan } from './plan.ts';
import type { Step } from './setUpNative.ts';

/** How a set-up talks to whoever has asked for it. */
export interface Conversation {
  tell(message: SetUpMessage): void;
  /** Whether to go on. */
  agreed(plan: Plan): Promise<boolean>;
}

const doing: Record<Step, string> = {
  check: 'Looking for Python, pip, npm and a C++ compiler',
  packages: 'Fetching the packages of tfjs-node',
  wheel: "Fetching TensorFlow's wheel",
  unpack: 'Unpacking its libraries',
  build: 'Building the binding',
  try: 'Trying it',
};

/** A person at a terminal, or a log. */
export function withPerson(yes: boolean, signal: AbortSignal): Conversation {
  const { stdout, stdin } = process;
  let [step, tenth]: [Step | null, number] = [null, -1];
  return {
    tell: (message) => {
      switch (message.type) {
        case 'plan':
          stdout.write(`${planInWords(message.plan)}\n`);
          return;
        case 'progress': {
          const now = Math.floor(message.part * 10);
          if (message.step !== step) {
            [step, tenth] = [message.step, 0];
            stdout.write(`${doing[message.step]} …\n`);
          } else if (now > tenth) {
            tenth = now;
            stdout.write(`  ${now * 10} %\n`);
          }
          return;
        }
        case 'done':
          stdout.write(
            message.already
              ? `It is set up already, and works: ${message.folder}\n`
              : `The native backend is set up in ${message.folder}; trainings use it from now on.\n`,
          );
          return;
        case 'failed':
          process.stderr.write(`${inEnglish(...message.sentences)}\nTrainings run on wasm, as before.\n`);
          return;
        case 'cancelled':
          process.stderr.write('The set-up was cancelled, and nothing of it is kept.\n');
      }
    },
    agreed: async () => {
      if (yes) {
        return true;
      }
      if (!stdin.isTTY) {
        process.stderr.write("Nothing was fetched: say '--yes' to go on without being asked.\n");
        return false;
      }
      const lines = createInterface({ input: stdin, output: stdout });
      try {
        return /^\s*y(?:es)?\s*$/i.test(await lines.question('Go on? [y/N] ', { signal }));
      } finally {
        lines.close();
      }
    },
  };
}

function planInWords(plan: Plan): string {
  const { wheel, wheelMegabytes, packagesMegabytes, diskMegabytes, folder } = plan;
  return [
    'Sets up the native backend (tfjs-node, TensorFlow itself) for all your trainings:',
    `  ${wheelMegabytes} MB: TensorFlow's wheel ${wheel}, from the package index that pip is configured for`,
    `  about ${packagesMegabytes} MB: ${plan.package} and what it needs, from the registry that npm is configured for`,
    `  ${diskMegabytes} MB stay on the disk, in ${folder}`,
  ].join('\n');
}

/** Another program, by lines of JSON. @param cancel called when the program has gone, or calls the set-up off */
export function withProgram(yes: boolean, cancel: () => void): Conversation {
  const { stdin, stdout } = process;
  let answer: (agreed: boolean) => void = () => undefined;
  const answered = new Promise<boolean>((resolve) => (answer = resolve));
  let text = '';
  stdin.setEncoding('utf8');
  stdin.on('data', (chunk: string) => {
    text += chunk;
    if (/^yes$/m.test(text)) {
      answer(true);
    }
  });
  for (const event of ['end', 'error'] as const) {
    stdin.on(event, () => {
      answer(false);
      cancel();
    });
  }
  // Who no longer reads has gone.
  stdout.on('error', cancel);
  return {
    tell: (message) => void stdout.write(`${JSON.stringify(message)}\n`),
    agreed: () => (yes ? Promise.resolve(true) : answered),
  };
}
