import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type VNode } from 'preact';
import { formatPosition } from '../src/core/report/format.ts';
import type { SourcePosition } from '../src/core/run/record.ts';
import type { Scene } from './model/scene.ts';

/** The page's controls. The toolkit is used here alone, so that another can take its place. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());
}

interface ButtonProps {
  readonly onPress: () => void;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
  /** Says more than the visible words, which it must begin with. */
  readonly label?: string;
}

export function Button({ onPress, primary = false, children, label }: ButtonProps): VNode {
  const appearance = primary ? 'primary' : 'secondary';
  const named = label === undefined ? {} : { 'aria-label': label, title: label };
  return <>{h('vscode-button', { appearance, onclick: onPress, ...named }, children)}</>;
}

/** What is asked for less often: a button that looks like a link. */
export function LinkButton({ onPress, children, label }: Omit<ButtonProps, 'primary'>): VNode {
  return (
    <button type="button" class="link" onClick={onPress} {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </button>
  );
}

interface DisclosureProps {
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly children: ComponentChildren;
  /** Id of the element that it opens. */
  readonly controls?: string;
  /** It is the line that names what it opens. */
  readonly headline?: boolean;
}

/** Opens and closes what belongs to it. */
export function Disclosure({ open, onToggle, children, controls, headline = false }: DisclosureProps): VNode {
  return (
    <button
      type="button"
      class={headline ? 'disclosure headline' : 'disclosure'}
      aria-expanded={open}
      {...(controls === undefined ? {} : { 'aria-controls': controls })}
      onClick={onToggle}
    >
      {children}
    </button>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
  /** Says more than the visible words, which it must begin with. */
  readonly label: string;
}

export function Check({ checked, onChange, children, label }: CheckProps): VNode {
  // The toolkit's checkbox announces changes by the page itself, too: only a person's counts.
  const onchange = (event: Event): void => {
    const now =
      event.currentTarget !== null && 'checked' in event.currentTarget && event.currentTarget.checked === true;
    if (now !== checked) {
      onChange(now);
    }
  };
  // When it is put into the page, the toolkit names it by its words alone: the full name has to come after that.
  const ref = (box: Element | null): void => box?.setAttribute('aria-label', label);
  return <>{h('vscode-checkbox', { checked, onchange, ref }, children)}</>;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
}

/** A few options side by side, of which one holds. */
export function Segments<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>): VNode {
  return (
    <span class="segments" role="group" aria-label={label}>
      {options.map(([each, text]) => (
        <button type="button" key={each} aria-pressed={each === value} onClick={() => onChoose(each)}>
          {text}
        </button>
      ))}
    </span>
  );
}

/** One of many options. */
export function Select<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>): VNode {
  const onChange = (event: Event): void => {
    const chosen = options.find(
      ([each]) => event.currentTarget instanceof HTMLSelectElement && each === event.currentTarget.value,
    );
    if (chosen !== undefined) {
      onChoose(chosen[0]);
    }
  };
  return (
    <select aria-label={label} value={value} onChange={onChange}>
      {options.map(([each, text]) => (
        <option key={each} value={each} selected={each === value}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface PlaceProps {
  readonly scene: Pick<Scene, 'send'>;
  readonly position: SourcePosition | null;
  /** Which of several runs it is of. */
  readonly run?: string;
  /** `short`: only the line, where the file is plain from what stands beside it. */
  readonly short?: boolean;
}

/** A place in the source as a link to it. */
export function Place({ scene, position, run, short = false }: PlaceProps): VNode {
  if (position === null) {
    return <span class="faint">{short ? 'place not known' : formatPosition(position)}</span>;
  }
  const full = formatPosition(position);
  const text = short ? `:${position.line}` : `${position.file.split('/').at(-1) ?? ''}:${position.line}`;
  return (
    <button
      type="button"
      class="link"
      title={full}
      aria-label={`${text}, open ${full}`}
      onClick={() => scene.send({ type: 'reveal', position, ...(run === undefined ? {} : { run }) })}
    >
      {text}
    </button>
  );
}
