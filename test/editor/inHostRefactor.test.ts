import { runHostSuites } from './hostSuites.ts';

await runHostSuites('refactors');
