import { fitsGlobs } from './glob.ts';
import {
  foldersOf,
  quoted,
  within,
  type ConfigFile,
  type ProjectFiles,
  type Recognition,
} from './recognition.ts';

const buildFiles = ['pom.xml', 'build.gradle.kts', 'build.gradle', 'build.sbt'];
/** Surefire's own (https://maven.apache.org/surefire/maven-surefire-plugin/examples/inclusion-exclusion.html), and Failsafe's. */
const surefireFiles = ['**/Test*.java', '**/*Test.java', '**/*Tests.java', '**/*TestCase.java'];
const failsafeFiles = ['**/IT*.java', '**/*IT.java', '**/*ITCase.java'];

/** Whether Maven, Gradle or sbt runs a file of tests. */
export async function jvmRecognition(path: string, files: ProjectFiles): Promise<Recognition> {
  const build = await files.nearest(path, buildFiles);
  if (build === null) return { kind: 'none' };
  return build.path.endsWith('pom.xml')
    ? mavenRecognition(path, build, files)
    : scriptRecognition(path, build);
}

async function mavenRecognition(path: string, pom: ConfigFile, files: ProjectFiles): Promise<Recognition> {
  const own = within(pom.folder, path);
  const set = /<testSourceDirectory>\s*([^<]+?)\s*<\/testSourceDirectory>/.exec(pom.text)?.[1];
  const folder = (set ?? 'src/test')
    .replace(/^(?:\$\{(?:project\.)?basedir\}|\.)\//, '')
    .replace(/\/*$/, '/');
  if (folder.includes('${') || /build-helper-maven-plugin/.test(pom.text))
    return unknown('Maven', path, pom.path);
  const usual = [...surefireFiles, ...(/maven-failsafe-plugin/.test(pom.text) ? failsafeFiles : [])];
  const { globs, source } = (await includesOf(path, files)) ?? { globs: usual, source: null };
  const extension = /\.\w+$/.exec(path)?.[0] ?? '';
  const patterns = globs.map((glob) => `${pom.folder}${folder}${asJava(glob).replace(/\.java$/, extension)}`);
  if (!own.startsWith(folder))
    return {
      ...{ kind: 'skipped', patterns },
      detail: `Maven does not run ${path}: it does not lie in ${pom.folder}${folder} (${set === undefined ? 'where Maven has its tests' : `testSourceDirectory in ${pom.path}`}).`,
    };
  if (globs.some((glob) => /\$\{|%regex|,/.test(glob))) return unknown('Maven', path, source ?? pom.path);
  const name = own.slice(folder.length).replace(/\.\w+$/, '.java');
  if (fitsGlobs(name, globs.map(asJava)) === true) return { kind: 'run', detail: `Maven runs ${path}.` };
  return {
    ...{ kind: 'skipped', patterns },
    detail: `Maven does not run ${path}: its name fits none of ${quoted(globs)} (${source === null ? 'which Surefire looks for by itself' : `includes in ${source}`}).`,
  };
}

/** The patterns that the nearest pom.xml with some has for the plugins that run tests. */
async function includesOf(
  path: string,
  files: ProjectFiles,
): Promise<{ globs: readonly string[]; source: string } | null> {
  for (const folder of foldersOf(path)) {
    const pom = await files.first(folder, ['pom.xml']);
    const plugins = pom?.text.match(/<plugin>(?:(?!<\/plugin>)[^])*<\/plugin>/g) ?? [];
    const globs = plugins
      .filter((plugin) => /maven-(?:surefire|failsafe)-plugin/.test(plugin))
      .flatMap((plugin) =>
        Array.from(plugin.matchAll(/<include>\s*([^<]+?)\s*<\/include>/g), ([, one = '']) => one),
      );
    if (pom !== null && globs.length > 0) return { globs, source: pom.path };
  }
  return null;
}

/** A pattern may name the class file, or leave the ending out. */
function asJava(glob: string): string {
  const file = glob.replace(/\.(?:class|java)$/, '');
  return `${file.includes('/') ? file : `**/${file}`}.java`;
}

/** Gradle and sbt look for tests in compiled classes, whatever their names; only where their source is counts. */
function scriptRecognition(path: string, build: ConfigFile): Recognition {
  const own = within(build.folder, path);
  const runner = build.path.endsWith('.sbt') ? 'sbt' : 'Gradle';
  const chosen = /\b(?:includeTestsMatching|excludeTestsMatching|sourceSets|srcDirs?|testOptions)\b/.test(
    build.text,
  );
  if (/^src\/(?:test\w*|\w*Test)\/./.test(own))
    return chosen && /TestsMatching/.test(build.text)
      ? unknown(runner, path, build.path)
      : { kind: 'run', detail: `${runner} runs ${path}.` };
  if (chosen && !own.startsWith('src/main/')) return unknown(runner, path, build.path);
  const language = /\.(\w+)$/.exec(path)?.[1] ?? 'java';
  const folder = { kt: 'kotlin', scala: 'scala', groovy: 'groovy' }[language] ?? 'java';
  return {
    ...{ kind: 'skipped', patterns: [`${build.folder}src/test/${folder}/**/*Test.${language}`] },
    detail: `${runner} does not run ${path}: it does not lie in ${build.folder}src/test/ (${build.path} names no other folder).`,
  };
}

function unknown(runner: string, path: string, source: string): Recognition {
  return { kind: 'unknown', detail: `Whether ${runner} runs ${path} can't be told from ${source}.` };
}
