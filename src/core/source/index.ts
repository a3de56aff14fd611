export { expressionAt, type SourceRange } from './expressionAt.ts';
export { ignoreComments, isIgnored, lineToIgnoreAt, type IgnoreComments } from './ignoreComments.ts';
export { nameAt } from './nameAt.ts';
export { parseSource, type ParsedSource } from './parseSource.ts';
export { rangeOfFinding } from './rangeOfFinding.ts';
export { trainingCalls, type TrainingCall } from './trainingCalls.ts';
export { taskNameFrom } from './taskName.ts';
