import { exitMeanings } from './exitStatus.ts';
import { SCRIPT_ENDINGS } from '../launch/trainingChoices.ts';
import { diagnoseOptions, globalOptions, reportOptions, trainOptions, type Options } from './options.ts';

export type HelpTopic = 'all' | 'train' | 'report' | 'diagnose';

const WIDTH = 80;

/** `--help` of the program or of one of its commands, ending with a line break. */
export function helpText(topic: HelpTopic): string {
  return `${{ all, train, report, diagnose }[topic]().join('\n')}\n`;
}

function all(): string[] {
  return [
    'Debugs the training of multi-task models in TensorFlow.js.',
    '',
    'Usage:',
    '  mtl-debugger train [options] FILE [args]   train a script, watch it, report',
    '  mtl-debugger report [options] RUN          report a recorded run',
    '  mtl-debugger diagnose [options] RUN|FILE   say what is wrong, and where',
    '',
    'Options:',
    ...optionLines(globalOptions),
    '',
    'mtl-debugger train --help, report --help and diagnose --help say more.',
    ...exitLines(),
  ];
}

function train(): string[] {
  return [
    'Usage: mtl-debugger train [options] FILE [args]',
    '',
    ...paragraph(
      "Runs the training script FILE in a process of its own, unchanged, records every task's loss and gradients, and " +
        `prints a report. FILE ends in ${SCRIPT_ENDINGS.join(', ')}. Everything after FILE goes to the script.`,
    ),
    ...paragraph(
      'Ctrl-C ends the training after its current step and keeps what was recorded; a second Ctrl-C kills it.',
    ),
    '',
    'Options:',
    ...optionLines(trainOptions),
    ...exitLines(),
  ];
}

function report(): string[] {
  return [
    'Usage: mtl-debugger report [options] RUN',
    '',
    ...paragraph(
      'Prints the report of a run that was recorded before, or still is. RUN is the folder of a run, its record.jsonl, ' +
        'the name of a run in .mtl/runs, or the word latest.',
    ),
    '',
    'Options:',
    ...optionLines(reportOptions),
    ...exitLines(),
  ];
}

function diagnose(): string[] {
  return [
    'Usage: mtl-debugger diagnose [options] RUN',
    '       mtl-debugger diagnose [options] FILE [args]',
    '',
    ...paragraph(
      'Says what is wrong with a run, since which step, at which line, and what to change: causes first, what they ' +
        'explain beneath them. A FILE, a training script, is trained first; options of train are for it. RUN is named as ' +
        'for report.',
    ),
    ...paragraph('The exit status tells the worst finding, so that a pipeline can stop at it.'),
    '',
    'Options:',
    ...optionLines(diagnoseOptions),
    ...exitLines(),
  ];
}

function optionLines(options: Options): string[] {
  const entries = Object.entries(options).map(([name, { short, value, help }]) => ({
    form: `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const column = Math.max(...entries.map(({ form }) => form.length)) + 4;
  return entries.flatMap(({ form, help }) => {
    const [first = '', ...rest] = paragraph(help, WIDTH - column);
    return [`  ${form.padEnd(column - 2)}${first}`, ...rest.map((line) => ' '.repeat(column) + line)];
  });
}

function exitLines(): string[] {
  return [
    '',
    'Exit status:',
    ...Object.entries(exitMeanings).flatMap(([status, meaning]) => {
      const [first = '', ...rest] = paragraph(meaning, WIDTH - 6);
      return [`  ${status.padEnd(2)}  ${first}`, ...rest.map((line) => `      ${line}`)];
    }),
  ];
}

function paragraph(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
