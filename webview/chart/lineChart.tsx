import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { colourOf } from '../look.ts';
import { Plot, type ChartData } from './plot.ts';

interface Props {
  readonly data: ChartData;
  readonly look: number;
  /** What is drawn, in a sentence, for those who cannot see it; the figures are in the table. */
  readonly summary: string;
  readonly onPick: (step: number) => void;
}

/** Lines over the steps, each named at its end. A click moves the step that is looked at. */
export function LineChart({ data, look, summary, onPick }: Props): VNode {
  const host = useRef<HTMLDivElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const newest = useRef({ data, look, onPick });
  newest.current = { data, look, onPick };
  useLayoutEffect(() => {
    if (host.current !== null && labels.current !== null) {
      plot.current ??= new Plot(host.current, labels.current, data, (step) => newest.current.onPick(step));
      plot.current.draw(data, look);
    }
  });
  useEffect(() => {
    const observer = new ResizeObserver(() => plot.current?.draw(newest.current.data, newest.current.look));
    if (host.current !== null) {
      observer.observe(host.current);
    }
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);
  return (
    <div class="chart">
      <div class="plot" ref={host} role="img" aria-label={summary} />
      <div class="labels" ref={labels}>
        {data.lines.map(({ key, name, style, figure }) => (
          <span key={key} title={`${name} ${figure}`}>
            <b style={{ color: colourOf(style) }}>{name}</b> {figure}
          </span>
        ))}
      </div>
    </div>
  );
}
