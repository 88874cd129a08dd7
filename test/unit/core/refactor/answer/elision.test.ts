import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  expandElisions,
  isElision,
  type ElisionOptions,
} from '../../../../../src/core/refactor/answer/elision.ts';

describe('isElision', () => {
  for (const line of [
    '// ...',
    '# ...',
    '/* ... */',
    '{/* ... */}',
    '<!-- ... -->',
    '-- ...',
    '; ...',
    '% ...',
    '(* ... *)',
    ' * ...',
    '// …',
    '// ... existing code ...',
    '    # ... rest of the function ...',
    '// ...rest unchanged',
    '{/* ... existing props ... */}',
    '# [...]',
    '// rest of the code',
    '// rest of the code remains the same',
    '# Existing code here',
    '// unchanged',
    '/* remaining methods */',
    '// The rest of the methods stay unchanged...',
    '# Other methods...',
    '// ... (no changes)',
    '# rest of the implementation',
  ])
    it(`${line} is one`, () => {
      assert.ok(isElision(line));
    });
  for (const line of [
    '...',
    'x = 1',
    '// Loading users...',
    '# wait... the original value is kept',
    '// See the rest.',
    '// keep other options',
    '#!/bin/sh',
    '// Remaining budget of the customer',
    '...args,',
    '// existing users are migrated',
    '# TODO: more',
    `// ${'... existing '.repeat(30)}`,
  ])
    it(`${line.slice(0, 40)} is none`, () => {
      assert.ok(!isElision(line));
    });
});

const original = [
  'def f(a):',
  '    one = 1',
  '    two = 2',
  '    three = 3',
  '    four = 4',
  '    return one + a',
];

function expanded(
  code: readonly string[],
  was: readonly string[] = original,
  options: ElisionOptions = {},
): string[] | string | null {
  const found = expandElisions(code, was, options);
  return found !== null && 'code' in found ? found.code : found;
}

describe('expandElisions', () => {
  it('is null where nothing is left out', () => {
    assert.equal(expanded(original), null);
  });

  it('puts back what stands between two lines', () => {
    assert.deepEqual(expanded(['def f(a):', '    # ... existing code ...', '    return one - a']), [
      ...original.slice(0, 5),
      '    return one - a',
    ]);
  });

  it('puts back beginning and end', () => {
    assert.deepEqual(expanded(['# ...', '    two = 2', '    new = 0', '    three = 3', '# ...']), [
      ...original.slice(0, 3),
      '    new = 0',
      ...original.slice(3),
    ]);
  });

  it('changes, inserts and takes away between lines that stay', () => {
    const code = [
      'def f(a):',
      '    one = 10',
      '    two = 2',
      '    # ...',
      '    four = 4',
      '    return one + a',
    ];
    assert.deepEqual(expanded(code), [original[0], '    one = 10', ...original.slice(2)]);
    assert.deepEqual(
      expanded([
        'def f(a):',
        '    one = 1',
        '    three = 3',
        '    # ... rest of the code',
        '    return one + a',
      ]),
      [original[0], original[1], ...original.slice(3)],
    );
  });

  it('takes a comment that the original has for itself', () => {
    const was = ['f() {', '  // ...', '  a();', '}'];
    assert.equal(expanded(['f() {', '  // ...', '  b();', '}'], was), null);
  });

  it('keeps a line that stands twice where its neighbours are', () => {
    const was = [
      'f() {',
      '  for (i) {',
      '    a[i] = 1;',
      '    b[i] = a;',
      '  }',
      '  for (i) {',
      '    o[a[i]] = b[i];',
      '  }',
      '  end();',
      '}',
    ];
    const code = ['f() {', '  for (i) {', '    a[i] = 1;', '    log();', '  }', '  // ...', '}'];
    assert.deepEqual(expanded(code, was), [...was.slice(0, 3), '    log();', ...was.slice(4)]);
  });

  it('does not double what closes a block', () => {
    const was = ['f() {', '  if (a) {', '    b();', '  }', '  c();', '  d();', '}'];
    assert.deepEqual(expanded(['f() {', '  if (a) {', '  }', '  // ...', '}'], was), [
      'f() {',
      '  if (a) {',
      '  }',
      '  c();',
      '  d();',
      '}',
    ]);
  });

  it('refuses where it is not certain what is left out', () => {
    const was = ['a', 'x = 1', 'b', 'x = 1', 'c'];
    assert.equal(expanded(['# ...', 'x = 1', 'new = 2', '# ...'], was), 'ambiguous');
    assert.equal(expanded(['# ...', 'new = 2', '# ...'], was), 'ambiguous');
  });

  it('refuses what is nothing else, and what is too long', () => {
    assert.equal(expanded(['# ...']), 'no-change');
    const long = Array.from({ length: 3000 }, (_, at) => `line ${at}`);
    assert.equal(expanded(['# ...', ...long], long), 'too-large');
  });

  describe('in Python', () => {
    const options = { language: 'python' };
    it('takes dots among statements for what stays', () => {
      assert.deepEqual(
        expanded(['def f(a):', '    one = 1', '    ...', '    return one'], original, options),
        [...original.slice(0, 5), '    return one'],
      );
    });

    it('takes dots as the body of what had another one for what stays', () => {
      assert.deepEqual(expanded(['def f(a):', '    ...'], original, options), original);
    });

    it('takes dots as the body of something new for code', () => {
      assert.equal(
        expanded(
          ['def f(a):', '    return 1', '', 'def g(a): pass', 'class E(Exception):', '    ...'],
          original,
          options,
        ),
        null,
      );
    });

    it('takes them for code where stubs were asked for, and where they were before', () => {
      assert.equal(
        expanded(['def f(a):', '    ...'], original, { ...options, instruction: 'Make this a stub' }),
        null,
      );
      assert.equal(expanded(['def f(a):', '    ...', 'x = 1'], ['def f(a):', '    ...'], options), null);
    });
  });
});
