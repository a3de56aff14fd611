import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';

export function assembleKernels(): Promise<Uint8Array>;
export const kernelsForEsbuild: EsbuildPlugin;
export const kernelsForVite: VitePlugin;
