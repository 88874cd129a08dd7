import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { project, recognised } from './projects.ts';

describe('pytest', () => {
  project('looks for its own names', { 'requirements-dev.txt': 'pytest>=8\n' }, [
    ['tests/test_a.py', 'run'],
    ['a_test.py', 'run'],
    ['tests/a.py', 'skipped', /`test_\*\.py`, `\*_test\.py` \(which pytest looks for by itself\)/],
    ['build/test_a.py', 'skipped', /norecursedirs/],
  ]);
  for (const [file, text] of [
    ['pytest.ini', '[pytest]\npython_files = check_*.py\ntestpaths = tests more/*\n'],
    [
      'pyproject.toml',
      '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\ntestpaths = ["tests", "more/*"]\n',
    ],
    ['setup.cfg', '[tool:pytest]\npython_files =\n  check_*.py\ntestpaths =\n  tests\n  more/*\n'],
    ['tox.ini', '[pytest]\npython_files = check_*.py\ntestpaths = tests more/*\n'],
  ] as const)
    project(`looks where ${file} says`, { [file]: text }, [
      ['tests/x/check_a.py', 'run', new RegExp(`python_files in ${file}`)],
      ['more/x/check_a.py', 'run'],
      ['tests/test_a.py', 'skipped', new RegExp(`\`check_\\*\\.py\` \\(python_files in ${file}\\)`)],
      ['src/check_a.py', 'skipped', new RegExp(`\`tests\`, \`more/\\*\` \\(testpaths in ${file}\\)`)],
    ]);
  project(
    'goes before unittest',
    { 'tox.ini': '[testenv]\ncommands = python -m unittest\n', 'pytest.ini': '' },
    [['test_a.py', 'run', /^pytest/]],
  );
});

describe('unittest', () => {
  project(
    'is what is called',
    { Makefile: 'test:\n\tpython -m unittest discover -s tests -p "*_spec.py"\n' },
    [
      ['tests/a_spec.py', 'run'],
      ['tests/test_a.py', 'skipped', /`\*_spec\.py` \(Makefile calls it\)/],
    ],
  );
  project('has a pattern of its own', { 'tox.ini': 'commands = python -m unittest\n' }, [
    ['testa.py', 'run'],
    ['a_test.py', 'skipped'],
  ]);
});

describe('go test', () => {
  project('runs by names', {}, [
    ['pkg/a_test.go', 'run'],
    ['pkg/a.go', 'skipped', /end in `_test\.go`/],
    ['pkg/_a_test.go', 'skipped'],
    ['pkg/testdata/a_test.go', 'skipped', /testdata/],
  ]);
});

describe('cargo test', () => {
  const manifest = '[package]\nname = "x"\n\n[[test]]\nname = "odd"\npath = "tests/odd/all.rs"\n';
  project('runs what lies in tests', { 'x/Cargo.toml': manifest }, [
    ['x/tests/a.rs', 'run'],
    ['x/tests/a/main.rs', 'run'],
    ['x/tests/odd/all.rs', 'run'],
    ['x/tests/common/mod.rs', 'skipped', /directly in x\/tests\//],
    ['x/other/a.rs', 'skipped', /neither x\/tests\/ nor x\/src\//],
    ['x/src/a.rs', 'skipped', /#\[test\]/],
  ]);
  project('runs named tests only', { 'Cargo.toml': '[package]\nautotests = false\n' }, [
    ['tests/a.rs', 'skipped', /autotests is false in Cargo\.toml/],
  ]);
  project('runs nothing beside a workspace', { 'Cargo.toml': '[workspace]\nmembers = ["x"]\n' }, [
    ['tests/a.rs', 'skipped', /no package/],
  ]);
  it('runs tests in modules that were there', async () => {
    const files = { 'Cargo.toml': manifest };
    const tests = '#[cfg(test)]\nmod tests {\n  #[tokio::test]\n  async fn works() {}\n}\n';
    assert.equal((await recognised('src/a.rs', files, tests, false)).kind, 'run');
    assert.equal((await recognised('src/a.rs', files, tests, true)).kind, 'unknown');
  });
});

describe('RSpec and Minitest', () => {
  project('run what they look for', { Gemfile: "gem 'rspec'\ngem 'minitest'\n" }, [
    ['spec/x/a_spec.rb', 'run', /^RSpec/],
    ['test/x/a_test.rb', 'run', /^Minitest/],
    ['lib/a_spec.rb', 'skipped'],
  ]);
  project('run what is set', { '.rspec': '--require x\n--pattern checks/**/*.rb\n' }, [
    ['checks/a.rb', 'run'],
    ['spec/a_spec.rb', 'skipped', /`checks\/\*\*\/\*\.rb` \(\.rspec\)/],
  ]);
  const rake = "Rake::TestTask.new do |t|\n  t.pattern = 'unit/**/*_test.rb'\nend\n";
  project('run what a Rakefile says', { Rakefile: rake }, [
    ['unit/x/a_test.rb', 'run'],
    ['test/a_test.rb', 'skipped', /\(Rakefile\)/],
  ]);
  project('are not guessed at', { Rakefile: 'Rake::TestTask.new { |t| t.test_files = all }' }, [
    ['test/a_test.rb', 'unknown'],
  ]);
});

describe('Maven', () => {
  project('runs what Surefire looks for', { 'a/pom.xml': '<project></project>' }, [
    ['a/src/test/java/x/CartTest.java', 'run'],
    ['a/src/test/kotlin/x/CartTests.kt', 'run'],
    [
      'a/src/test/java/x/CartSpec.java',
      'skipped',
      /`\*\*\/\*Test\.java`.*which Surefire looks for by itself/,
    ],
    ['a/src/test/java/x/CartIT.java', 'skipped'],
    ['a/src/main/java/x/CartTest.java', 'skipped', /a\/src\/test\//],
  ]);
  const plugin = (name: string, include: string): string =>
    `<plugin><artifactId>maven-${name}-plugin</artifactId><configuration><includes><include>${include}</include></includes></configuration></plugin>`;
  project(
    'runs what the plugin includes',
    {
      'pom.xml': `<plugins>${plugin('jar', '**/No')}${plugin('surefire', '**/*Spec.class')}</plugins>`,
      'a/pom.xml': '',
    },
    [
      ['a/src/test/java/CartSpec.java', 'run'],
      ['a/src/test/java/CartTest.java', 'skipped', /`\*\*\/\*Spec\.class` \(includes in pom\.xml\)/],
    ],
  );
  project('is not guessed at', { 'pom.xml': plugin('surefire', '${tests}') }, [
    ['src/test/java/CartTest.java', 'unknown'],
  ]);
  project(
    'may have its tests elsewhere',
    { 'pom.xml': '<testSourceDirectory>${basedir}/checks</testSourceDirectory>' },
    [
      ['checks/CartTest.java', 'run'],
      ['src/test/java/CartTest.java', 'skipped', /testSourceDirectory in pom\.xml/],
    ],
  );
});

describe('Gradle', () => {
  project('runs what lies in src/test', { 'a/build.gradle.kts': 'plugins { java }' }, [
    ['a/src/test/java/x/Cart.java', 'run'],
    ['a/src/commonTest/kotlin/CartTest.kt', 'run'],
    ['a/src/main/java/CartTest.java', 'skipped', /a\/src\/test\//],
    ['a/checks/CartTest.java', 'skipped'],
  ]);
  project(
    'may have its tests elsewhere',
    { 'build.gradle': 'sourceSets { test { java { srcDirs = [x] } } }' },
    [
      ['checks/CartTest.java', 'unknown'],
      ['src/main/java/CartTest.java', 'skipped'],
    ],
  );
});

describe('dotnet test', () => {
  const tests = '<PackageReference Include="Microsoft.NET.Test.Sdk" />';
  project(
    'runs what lies in a project of tests',
    { 'Shop.Checks/Shop.Checks.csproj': tests, 'src/Shop/Shop.csproj': '' },
    [
      ['Shop.Checks/x/CartTests.cs', 'run', /Shop\.Checks\.csproj/],
      ['src/Shop/CartTests.cs', 'skipped', /src\/Shop\/Shop\.csproj refers to no test framework/],
      ['Other.Tests/CartTests.cs', 'run'],
      ['other/CartTests.cs', 'none'],
    ],
  );
});
