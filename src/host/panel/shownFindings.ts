import type { Evidence, Finding } from '../../core/diagnosis/finding.ts';
import type { Diagnosis } from '../../core/diagnosis/diagnose.ts';
import { placeToShow } from '../../core/diagnosis/locate.ts';
import { toRecorded } from '../../core/run/numbers.ts';
import type { Point, Run } from '../../core/run/run.ts';
import type { ShownEvidence, ShownFinding, ShownFindings } from '../../protocol/shownFindings.ts';
import { inWords } from '../text.ts';

/** More points than a small chart has pixels for would only make the message long. */
const MOST_POINTS = 400;

/** A run's findings as its page gets them: every sentence in the user's language. */
export function shownFindings({ findings, silent }: Diagnosis, run: Run, ignored: number): ShownFindings {
  return {
    findings: findings.map((finding) => shownFinding(finding, run)),
    silent: silent.map(({ rule, because }) => ({ rule, because: inWords(because) })),
    ignored,
  };
}

function shownFinding(finding: Finding, run: Run): ShownFinding {
  const { id, rule, severity, root, message, why, evidence, advice, source, tasks, groups, related, since } = finding;
  return {
    id,
    rule,
    severity,
    root,
    message: message.map((each) => inWords(each)),
    why: why.map((each) => inWords(each)),
    evidence: evidence.map(shownEvidence),
    advice: advice.map(({ id: of, text, state }) => ({ id: of, text: inWords(...text), state })),
    source,
    tasks,
    groups,
    place: placeToShow(finding, run),
    related: related.map(({ position: at, text }) => ({ position: at, text: inWords(text) })),
    since,
  };
}

function shownEvidence({ name, value, unit, interval, threshold, steps, series }: Evidence): ShownEvidence {
  return {
    name,
    value,
    unit,
    interval,
    threshold: threshold ?? null,
    steps,
    series: (series ?? []).map(({ name: line, points }) => ({
      name: line,
      points: thinned(points).map(({ step, value: at }) => ({ step, value: toRecorded(at) })),
    })),
  };
}

/** Of each stretch of points its least and its greatest, in their order: no outlier is lost. The first and the last stay. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) {
    return points;
  }
  const stretches = MOST_POINTS / 2 - 1;
  const inner = points.slice(1, -1);
  const kept = Array.from({ length: stretches }, (_, i) => {
    const [from, to] = [i, i + 1].map((end) => Math.floor((end * inner.length) / stretches));
    const stretch = inner.slice(from, to);
    const numbers = stretch.filter(({ value }) => !Number.isNaN(value));
    const [first, ...others] = numbers.length === 0 ? stretch : numbers;
    return first === undefined ? [] : extremes(first, others);
  });
  return [points.slice(0, 1), ...kept, points.slice(-1)].flat();
}

function extremes(first: Point, others: readonly Point[]): Point[] {
  const least = others.reduce((best, point) => (point.value < best.value ? point : best), first);
  const greatest = others.reduce((best, point) => (point.value > best.value ? point : best), first);
  return [...new Set([least, greatest])].sort((a, b) => a.step - b.step);
}
