import type { VNode } from 'preact';
import type { ShownSilence } from '../../src/protocol/shownFindings.ts';
import type { Scene } from '../model/scene.ts';
import { LinkButton } from '../ui.tsx';

interface Props {
  readonly scene: Scene;
  readonly silent: readonly ShownSilence[];
}

/** The answer to *Why not?*: what each rule that found nothing has looked at. */
export function SilentRules({ scene, silent }: Props): VNode {
  return (
    <div class="silent" tabIndex={0} role="region" aria-label="Rules that found nothing, scrolls">
      <dl>
        {silent.map(({ rule, because }) => (
          <div key={rule}>
            <dt>
              <LinkButton label={`${rule}, what it looks for`} onPress={() => scene.send({ type: 'explain', rule })}>
                {rule}
              </LinkButton>
            </dt>
            <dd>{because}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
