import { runHostSuites } from './hostSuites.ts';

await runHostSuites('silence');
