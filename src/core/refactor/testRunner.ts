import type { RefactorFiles } from './ports.ts';
import { javascriptRecognition } from './runner/javascript.ts';
import { jvmRecognition } from './runner/jvm.ts';
import { cargoRecognition, dotnetRecognition, goRecognition } from './runner/others.ts';
import { pythonRecognition } from './runner/python.ts';
import { ProjectFiles, type Recognition, type TestText } from './runner/recognition.ts';
import { rubyRecognition } from './runner/ruby.ts';
import { sentenceOf } from '../text/sentence.ts';

export type { Recognition, TestText } from './runner/recognition.ts';

/** Says whether the project's test runner runs a file. Never rejects. */
export type TestRecogniser = (test: TestText) => Promise<Recognition>;

/**
 * Recognises test files by what the project's configuration writes out; nothing of it is run, and what can't be told
 * from its text is said to be so. Its files are read once: make another one for each refactor.
 */
export function testRecogniser(files: RefactorFiles): TestRecogniser {
  const project = new ProjectFiles(files);
  return async (test) => {
    try {
      return await recognition(test, project);
    } catch (error) {
      const why = sentenceOf(error);
      return { kind: 'unknown', detail: `Whether ${test.path} is run as a test can't be told: ${why}` };
    }
  };
}

async function recognition(test: TestText, project: ProjectFiles): Promise<Recognition> {
  const { path, text } = test;
  switch (/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '') {
    case 'ts':
    case 'mts':
    case 'cts':
    case 'tsx':
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
    case 'vue':
    case 'svelte':
      return text.includes('import.meta.vitest')
        ? { kind: 'unknown', detail: `vitest runs the tests in ${path} only where includeSource names it.` }
        : javascriptRecognition(path, project);
    case 'py':
      return pythonRecognition(path, project);
    case 'go':
      return goRecognition(path);
    case 'rs':
      return cargoRecognition(test, project);
    case 'rb':
      return rubyRecognition(path, project);
    case 'java':
    case 'kt':
    case 'groovy':
    case 'scala':
      return jvmRecognition(path, project);
    case 'cs':
      return dotnetRecognition(path, project);
    default:
      return { kind: 'none' };
  }
}
