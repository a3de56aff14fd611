import uPlot from 'uplot';
import { formatCount } from '../../src/core/report/format.ts';
import { colourOf, dashOf, resolveColour } from '../look.ts';
import { decimate } from '../model/decimate.ts';
import type { Series } from '../model/series.ts';
import { linearRange, logRange, logTicks, spread, tickTexts } from './scales.ts';

export interface Line {
  readonly key: string;
  readonly name: string;
  readonly style: number | null;
  /** One value per step. */
  readonly series: Series;
  /** The least and the largest value of what each point sums up; none where a point is one value. */
  readonly band?: readonly [low: Series, high: Series] | null;
  /** The figure at the step that is looked at, as text. */
  readonly figure: string;
}

export interface ChartData {
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
  readonly scale: 'log' | 'linear';
  readonly unit: string;
  readonly cursor: number | null;
  /** In pixels; that of a card's chart unless given. */
  readonly height?: number;
}

/** A logarithmic axis is drawn over exponents. */
const exponent = (value: number): number => Math.log10(value);
const power = (value: number | null): number | null => (value === null ? null : 10 ** value);

const HEIGHT = 230;
const LABEL_HEIGHT = 16;

/** Of a task's colour, in percent: the lines of others stay readable over it. */
const BAND_OPACITY = 22;

/** The edge of a band: only what lies between two of them is drawn. */
const EDGE: uPlot.Series = { width: 0, spanGaps: true, points: { show: false } };

/** One uPlot chart in `host`, with its lines' names at their ends. */
export class Plot {
  readonly #host: HTMLElement;
  readonly #labels: HTMLElement;
  readonly #pickStep: (step: number) => void;
  #plot: uPlot | null = null;
  #data: ChartData;
  #shape = '';
  /** What the canvas shows of each line. */
  #drawn: readonly (readonly (number | null)[])[] = [];

  constructor(host: HTMLElement, labels: HTMLElement, data: ChartData, pickStep: (step: number) => void) {
    this.#host = host;
    this.#labels = labels;
    this.#pickStep = pickStep;
    this.#data = data;
  }

  /** Draws `data`; builds the chart anew where its lines, its scale, its width or the `look` are others. */
  draw(data: ChartData, look: number): void {
    this.#data = data;
    const width = this.#host.clientWidth;
    const shape = JSON.stringify([
      data.lines.map(({ key, style, band }) => [key, style, band != null]),
      data.scale,
      data.unit,
      width,
      look,
    ]);
    if (shape !== this.#shape || this.#plot === null) {
      this.destroy();
      this.#shape = shape;
      this.#plot = new uPlot(this.#options(width), this.#columns(width), this.#host);
      this.#plot.over.addEventListener('click', (event) => this.#pick(event));
    } else {
      this.#plot.setData(this.#columns(width));
    }
  }

  destroy(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #columns(width: number): uPlot.AlignedData {
    const { steps, lines, scale } = this.#data;
    const fits = (value: number): boolean => Number.isFinite(value) && (scale === 'linear' || value > 0);
    const bands = lines.flatMap(({ band }) => band ?? []);
    const all = { steps, series: [...lines.map(({ series }) => series), ...bands].map(({ values }) => values) };
    const { steps: xs, series: kept } = decimate(all, width, fits);
    const series = kept.map((values) =>
      values.map((value) => (value === null || !fits(value) ? null : scale === 'log' ? exponent(value) : value)),
    );
    this.#drawn = series;
    return [[...xs], ...series];
  }

  #options(width: number): uPlot.Options {
    const { lines, scale, unit } = this.#data;
    const banded = lines.filter(({ band }) => band != null);
    // Bands stand behind the steps and the lines.
    const first = 1 + lines.length;
    const [text, grid] = [resolveColour('var(--faint)'), resolveColour('var(--grid)')];
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const axis = {
      stroke: text,
      font,
      labelFont: font,
      labelGap: 0,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: this.#data.height ?? HEIGHT,
      padding: [8, labelRoom(lines, width), 0, 0],
      legend: { show: false },
      cursor: { show: true, y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
      scales: {
        x: { time: false, range: (_, low, high) => (low < high ? [low, high] : [low - 1, high + 1]) },
        y: {
          range: (_, low: number | null, high: number | null) => {
            if (scale === 'linear') {
              return linearRange(low, high);
            }
            const [from, to] = logRange(power(low), power(high));
            return [exponent(from), exponent(to)];
          },
        },
      },
      axes: [
        {
          ...axis,
          label: 'step',
          labelSize: 16,
          size: 22,
          values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : '')),
        },
        {
          ...axis,
          label: unit,
          labelSize: 18,
          size: 52,
          values: (_, ticks) => tickTexts(scale === 'log' ? ticks.map((tick) => 10 ** tick) : ticks),
          ...(scale === 'log'
            ? {
                splits: (_: uPlot, __: number, low: number, high: number) =>
                  logTicks(10 ** low, 10 ** high).map(exponent),
              }
            : {}),
        },
      ],
      series: [
        {},
        ...lines.map(({ name, style }): uPlot.Series => ({
          label: name,
          stroke: resolveColour(colourOf(style)),
          dash: [...dashOf(style)],
          width: 1.75,
          spanGaps: true,
          points: { show: (_, __, from, to) => to - from < 2 },
        })),
        ...banded.flatMap((): uPlot.Series[] => [EDGE, EDGE]),
      ],
      bands: banded.map(({ style }, i) => ({
        series: [first + 2 * i + 1, first + 2 * i],
        fill: `color-mix(in srgb, ${resolveColour(colourOf(style))} ${BAND_OPACITY}%, transparent)`,
      })),
      // The scales of new data hold from the drawing on, not before.
      hooks: { draw: [(plot) => this.#drawCursor(plot), (plot) => this.#placeLabels(plot)] },
    };
  }

  #drawCursor(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { cursor } = this.#data;
    if (cursor === null) {
      return;
    }
    const x = Math.round(plot.valToPos(cursor, 'x', true));
    ctx.save();
    ctx.strokeStyle = resolveColour('var(--ink)');
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  #pick(event: MouseEvent): void {
    const plot = this.#plot;
    if (plot !== null) {
      const wanted = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x');
      const nearest = this.#data.steps.reduce(
        (best, step) => (Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best),
        this.#data.steps[0] ?? 0,
      );
      this.#pickStep(nearest);
    }
  }

  #placeLabels(plot: uPlot): void {
    const { lines } = this.#data;
    const [top, bottom] = [plot.over.offsetTop, plot.over.offsetTop + plot.over.offsetHeight];
    const ends = lines.map((_, i) => {
      const last = this.#drawn[i]?.findLast((value) => value !== null);
      const y = typeof last !== 'number' ? bottom : top + plot.valToPos(last, 'y');
      return Number.isFinite(y) ? y : bottom;
    });
    const heights = spread(ends, LABEL_HEIGHT, top, bottom - LABEL_HEIGHT / 2);
    this.#labels.style.left = `${plot.over.offsetLeft + plot.over.offsetWidth + 6}px`;
    [...this.#labels.children].forEach((label, i) => {
      if (label instanceof HTMLElement) {
        label.style.top = `${(heights[i] ?? 0) - LABEL_HEIGHT / 2}px`;
      }
    });
  }
}

/** Pixels to the right of the plot for the longest label; long names are shortened by the page. */
function labelRoom(lines: readonly Line[], width: number): number {
  const longest = Math.max(0, ...lines.map(({ name }) => name.length + 8));
  return Math.min(20 + longest * 6.5, width * 0.36);
}
