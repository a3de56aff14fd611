import { RULE_IDS, type RuleId } from '../core/diagnosis/ruleIds.ts';
import type { RecordedNumber, SourcePosition } from '../core/run/record.ts';
import { either, fields, list, number, oneOf, orNull, text, tuple, type Shape } from '../core/run/shape.ts';
import type { ShownAdvice, ShownEvidence, ShownFinding, ShownFindings, ShownSilence } from './shownFindings.ts';

const recorded: Shape<RecordedNumber> = either(number, oneOf('NaN', 'Infinity', '-Infinity'));
const texts = list(text);
const position = fields<SourcePosition>({ file: text, line: number, column: number });
const rule: Shape<RuleId> = oneOf(...RULE_IDS);

const evidence = fields<ShownEvidence>({
  name: text,
  value: recorded,
  unit: text,
  interval: orNull(tuple<readonly [RecordedNumber, RecordedNumber]>(recorded, recorded)),
  threshold: orNull(recorded),
  steps: orNull(fields({ from: number, to: number, count: number })),
  series: list(fields({ name: text, points: list(fields({ step: number, value: recorded })) })),
});

const finding = fields<ShownFinding>({
  id: text,
  rule,
  severity: oneOf('error', 'warning', 'information'),
  root: orNull(text),
  message: texts,
  why: texts,
  evidence: list(evidence),
  advice: list(fields<ShownAdvice>({ id: text, text, state: oneOf('untried') })),
  source: text,
  tasks: texts,
  groups: texts,
  place: orNull(position),
  related: list(fields({ position, text })),
  since: number,
});

/** Null where the value is what a host sends of a run's findings; else what is wrong with it. */
export const shownFindingsShape = fields<ShownFindings>({
  findings: list(finding),
  silent: list(fields<ShownSilence>({ rule, because: text })),
  ignored: number,
});
