import { repeatsSuffix } from '../../../../../src/core/completion/filters/repeatsSuffix.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(repeatsSuffix, [
  ['one line that is below', 'a {\n  █\n  b();\n}', 'b();', 'repeats-suffix'],
  ['the last lines are below', '█\nb\nc\nd', 'a\nb\nc', 'a│\nb\nc'],
  ['as many as possible', '█\nb\nb\nc', 'a\nb\nb', 'a│\nb\nb'],
  ['blank lines do not matter', '█\n\nb\n\nc', 'a\nb\n\n\nc', 'a│\nb\n\n\nc'],
  ['columns do not matter', 'a {█\n    b();', '\n  b();', 'repeats-suffix'],
  ['but for closers they do', '  a {█\n}', '\n    b\n  }', '\n    b\n  }'],
  ['the closer that is below', '  a {█\n  }', '\n    b\n  }', '\n    b│\n  }'],
  ['a lone closer that is below', 'a {\n  b\n█\n}', '}', 'repeats-suffix'],
  ['the closer of its own block', '  █\n  }', 'if (a) {\n    b\n  }', 'if (a) {\n    b\n  }'],
  ['the same line further down', '█\na\nb', 'b', 'b'],
  ['the end of a line, equal to a line below', 'f(█\na);', 'a);', 'a);'],
  ['the end of a line that a line below equals', 'f(█\nf(a);', 'a);', 'a);'],
  ['nothing below', '█', 'a', 'a'],
]);
