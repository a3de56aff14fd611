import type { VNode } from 'preact';
import { featureKey, termName, type Scene } from '../model/scene.ts';

/** A prediction that carries another task's gradient, which nobody declared: a word at the top, the figures at the graph. */
export function FeatureNotes({ scene }: { readonly scene: Scene }): VNode {
  const carrying = (scene.run.graph?.features ?? []).filter(({ carries, declared }) => carries && !declared);
  return (
    <>
      {carrying.map((feature) => {
        const [of, by] = [termName(scene, feature.of), termName(scene, feature.usedBy)];
        return (
          <p key={featureKey(feature)} class="calm">
            <b class="warn">!</b> {by} uses {of}&rsquo;s prediction, and its gradient flows back through it, which was
            not declared.{' '}
            <button type="button" class="link" onClick={goToFeatures}>
              What flows, and what if it were cut?
            </button>
          </p>
        );
      })}
    </>
  );
}

function goToFeatures(): void {
  const heading = document.getElementById('features');
  heading?.scrollIntoView({ block: 'center' });
  heading?.focus({ preventScroll: true });
}
