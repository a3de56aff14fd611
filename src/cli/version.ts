/** Put in by the build. */
declare const MTL_DEBUGGER_VERSION: string | undefined;

export const version = typeof MTL_DEBUGGER_VERSION === 'string' ? MTL_DEBUGGER_VERSION : 'unbuilt';
