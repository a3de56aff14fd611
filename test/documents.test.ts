import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitMeanings } from '../src/cli/exitStatus.ts';
import { diagnoseOptions, reportOptions, trainOptions } from '../src/cli/options.ts';
import { lineFaults } from './recordSchema.ts';
import { sampleReport } from './sampleReport.ts';
import { detach, graph, header, healthy, step } from './sampleRecord.ts';
import { diagnose } from '../src/core/diagnosis/diagnose.ts';
import { diagnosisDocument } from '../src/core/diagnosis/document.ts';
import { Run } from '../src/core/run/run.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly enum?: readonly string[];
  readonly const?: unknown;
}

/** Every field name and every word of an enumeration in a schema, however deep. */
function namesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  const { properties = {}, enum: words = [], const: word } = part as SchemaPart;
  return [
    ...Object.keys(properties),
    ...words,
    ...(typeof word === 'string' ? [word] : []),
    ...Object.values(part).flatMap(namesIn),
  ];
}

describe('docs/record.md', () => {
  const page = read('docs/record.md');
  const examples = [...page.matchAll(/^```json\n(.*)\n```$/gm)].map(
    ([, line]) => JSON.parse(line ?? '') as { type: string },
  );

  it.each([...new Set(namesIn(JSON.parse(read('media/record.schema.json'))))])('names %s', (name) => {
    expect(page).toMatch(new RegExp(`[\`"]${name}["\`]`));
  });

  it('has a valid example of every type of line', () => {
    expect(examples.map(({ type }) => type)).toEqual([
      'header',
      'plan',
      'backend',
      'graph',
      'step',
      'window',
      'halves',
      'validation',
      'event',
      'fact',
      'end',
    ]);
    expect(examples.flatMap(lineFaults)).toEqual([]);
  });
});

describe('docs/command-line.md', () => {
  const page = read('docs/command-line.md');

  it.each(Object.keys({ ...trainOptions, ...reportOptions, ...diagnoseOptions }))('names --%s', (name) =>
    expect(page).toContain(`\`--${name}`),
  );

  it.each(Object.entries(exitMeanings))('explains status %s', (status, meaning) => {
    expect(page).toContain(`| ${status} | ${meaning} |`);
  });

  it.each(Object.keys(sampleReport(healthy)))("names the report's field %s", (field) =>
    expect(page).toContain(`\`${field}\``),
  );

  it("names every field of a diagnosis's document", () => {
    const run = new Run();
    [header, { ...graph, cuts: [detach] }, step(1)].forEach((line) => run.add(line));
    const document = diagnosisDocument(run, diagnose(run));
    const fields = [document, ...document.findings, ...document.findings.flatMap(({ advice }) => advice)];
    for (const field of new Set(fields.flatMap((each) => Object.keys(each)))) {
      expect(page).toContain(`\`${field}\``);
    }
  });
});
