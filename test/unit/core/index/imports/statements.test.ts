import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  noProjectFacts,
  resolveImports,
  type ProjectFacts,
} from '../../../../../src/core/index/resolveImports.ts';
import { importedModules } from '../../../../../src/core/syntax/imports.ts';
import type { GrammarName } from '../../../../../src/core/syntax/languages.ts';
import { shippedParsers } from '../../../../support/grammars.ts';
import { PictureLookup } from '../../../../support/pathLookup.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

const project: ProjectFacts = {
  ...noProjectFacts,
  tsconfigs: [{ folder: '', baseUrl: null, paths: [{ pattern: '@/*', targets: ['src/*'] }] }],
  goModules: [{ folder: '', module: 'example.com/shop' }],
  crates: [{ folder: '', name: 'shop', library: 'src/lib.rs' }],
  composer: [{ folder: '', prefix: 'App\\', target: 'app' }],
};

/** A file and what it holds, the files around it, and what its statements stand for: paths, names, `!` where offered. */
const table: [language: GrammarName, from: string, text: string, files: string, found: string[]][] = [
  [
    'typescript',
    'src/a.ts',
    "import D, { x as y } from './b.js';\nimport type { T } from '@/t';\nexport * from './c';\nexport { q } from './b.js';\nconst r = require('../r');\nimport fs from 'node:fs';",
    'src/b.ts src/t.d.ts src/c/index.ts r.js',
    ['src/b.ts : x, D', 'src/t.d.ts : T', 'src/c/index.ts !', 'src/b.ts : q !', 'r.js'],
  ],
  [
    'javascript',
    'a.jsx',
    "const b = require('./b');\nimport('./c').then();",
    'b.js c.mjs',
    ['b.js', 'c.mjs'],
  ],
  ['tsx', 'a.tsx', "export { B } from './b'", 'b.tsx', ['b.tsx : B !']],
  [
    'python',
    'pkg/__init__.py',
    'from .models import User as U, Group\nfrom . import util\nimport pkg.other as o\nfrom .star import *\nimport os',
    'pkg/models.py pkg/util.py pkg/other.py pkg/star.py',
    ['pkg/models.py : User, Group !', 'pkg/util.py !', 'pkg/other.py !', 'pkg/star.py !'],
  ],
  [
    'go',
    'main.go',
    'package main\nimport (\n\t"fmt"\n\tx "example.com/shop/db"\n)\n',
    'db/db.go db/db_test.go util.go',
    ['db/db.go', '. util.go'],
  ],
  [
    'rust',
    'src/lib.rs',
    'mod shapes;\npub use shapes::{Circle, square::Square as S};\nuse crate::text::*;\nuse std::fmt;\nmod inline {}',
    'src/shapes.rs src/shapes/square.rs src/text/mod.rs',
    ['src/shapes.rs', 'src/shapes.rs : Circle !', 'src/shapes/square.rs : Square !', 'src/text/mod.rs'],
  ],
  [
    'java',
    'src/main/java/a/b/M.java',
    'package a.b;\nimport a.c.Cart;\nimport a.d.*;\nimport static a.c.Util.max;\nimport java.util.List;',
    'src/main/java/a/c/Cart.java src/main/java/a/d/X.java src/main/java/a/d/Y.java src/main/java/a/c/Util.java src/main/java/a/b/N.java',
    [
      'src/main/java/a/c/Cart.java : Cart',
      'src/main/java/a/d/X.java src/main/java/a/d/Y.java',
      'src/main/java/a/c/Util.java : max',
      '. src/main/java/a/b/N.java',
    ],
  ],
  [
    'kotlin',
    'src/main/kotlin/a/b/M.kt',
    'package a.b\nimport a.c.Cart\nimport a.d.*\nimport a.c.Cart as C\n',
    'src/main/kotlin/a/c/Cart.kt src/main/kotlin/a/d/X.kt',
    ['src/main/kotlin/a/c/Cart.kt : Cart', 'src/main/kotlin/a/d/X.kt', 'src/main/kotlin/a/c/Cart.kt : Cart'],
  ],
  [
    'scala',
    'src/main/scala/a/b/M.scala',
    'package a.b\nimport a.c.{Cart, Item => I}\nimport a.d._\nimport a.c.Cart\n',
    'src/main/scala/a/c/Cart.scala src/main/scala/a/c/Item.scala src/main/scala/a/d/X.scala',
    [
      'src/main/scala/a/c/Cart.scala : Cart',
      'src/main/scala/a/c/Item.scala : Item',
      'src/main/scala/a/d/X.scala',
      'src/main/scala/a/c/Cart.scala : Cart',
    ],
  ],
  [
    'c',
    'src/a.c',
    '#include <stdio.h>\n#include <proj/b.h>\n#include "c.h"\n#include <c.h>\n',
    'include/proj/b.h src/c.h src/a.h src/stdio.h',
    ['include/proj/b.h', 'src/c.h', '. src/a.h'],
  ],
  [
    'cpp',
    'src/a.cpp',
    '#include "b.hpp"\n#include <vector>\n',
    'include/b.hpp src/vector.cpp',
    ['include/b.hpp'],
  ],
  [
    'csharp',
    'src/Web/Program.cs',
    'using System.Linq;\nusing Acme.Shop.Models;\nusing static Acme.Shop.Models.Cart;\nusing C = Acme.Shop.Models.Item;\n',
    'src/Acme.Shop/Models/Cart.cs src/Acme.Shop/Models/Item.cs src/Web/Start.cs src/Linq/X.cs',
    [
      'src/Acme.Shop/Models/Cart.cs src/Acme.Shop/Models/Item.cs',
      'src/Acme.Shop/Models/Cart.cs',
      'src/Acme.Shop/Models/Item.cs',
      '. src/Web/Start.cs',
    ],
  ],
  [
    'ruby',
    'lib/shop.rb',
    "require 'json'\nrequire 'shop/cart'\nrequire_relative 'shop/item'\n",
    'lib/shop/cart.rb lib/shop/item.rb',
    ['lib/shop/cart.rb', 'lib/shop/item.rb'],
  ],
  [
    'php',
    'public/index.php',
    "<?php\nuse App\\Models\\User;\nuse App\\Models\\{Post, Sub\\Tag as T};\nrequire __DIR__ . '/../boot.php';\nrequire_once('../boot.php');\n",
    'app/Models/User.php app/Models/Post.php app/Models/Sub/Tag.php boot.php',
    [
      'app/Models/User.php : User',
      'app/Models/Post.php : Post',
      'app/Models/Sub/Tag.php : Tag',
      'boot.php',
      'boot.php',
    ],
  ],
  [
    'lua',
    'main.lua',
    'local a = require("a.b")\nlocal c = require "c"\n',
    'a/b.lua c/init.lua',
    ['a/b.lua', 'c/init.lua'],
  ],
  [
    'swift',
    'Sources/App/main.swift',
    'import Foundation\n@testable import Core\n',
    'Sources/Core/A.swift Sources/App/B.swift',
    ['Sources/Core/A.swift', '. Sources/App/B.swift'],
  ],
  [
    'bash',
    'bin/run.sh',
    'source ./a.sh\n. "$(dirname "$0")/../lib/b.sh"\nsource "${DIR}/a.sh"\nsource $X\n',
    'bin/a.sh lib/b.sh',
    ['bin/a.sh', 'lib/b.sh', 'bin/a.sh'],
  ],
  [
    'html',
    'index.html',
    '<html><head><link rel="stylesheet" href="css/a.css"><script src="/app.js"></script><script src="https://x.example/y.js"></script></head></html>',
    'css/a.css public/app.js y.js',
    ['css/a.css', 'public/app.js'],
  ],
  [
    'css',
    'css/a.css',
    '@import "b.css";\n@import url("c.css");\n@import url(d.css);\n',
    'css/b.css css/c.css css/d.css',
    ['css/b.css', 'css/c.css', 'css/d.css'],
  ],
];

describe('what a file imports', () => {
  for (const [language, from, text, files, expected] of table) {
    it(`in ${language}`, async () => {
      const grammar = await parsers.grammar(language);
      const tree = grammar === null ? null : parsers.parseWith(grammar, text);
      assert.ok(grammar !== null && tree !== null);
      const imports = importedModules(text, grammar.imports.matches(tree.rootNode));
      tree.delete();
      const found = resolveImports(
        language,
        from,
        imports,
        new PictureLookup([from, ...files.split(' ')]),
        project,
      );
      assert.deepEqual(
        found.map(({ specifier, paths, names, reexport }) =>
          [
            specifier === '.' && language !== 'python' ? '. ' : '',
            paths.join(' '),
            names.length > 0 ? ` : ${names.join(', ')}` : '',
            reexport ? ' !' : '',
          ].join(''),
        ),
        expected,
      );
    });
  }
});
