import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of C and C++', () => {
  const picture = `
    src/main.c src/util.h src/util.c src/net/socket.cpp include/proj/net/socket.h include/proj/config.h
    include/proj/only.hpp lib/a/types.h lib/b/types.h lib/a/x/deep.h lib/a/impl.c third/include/zlib.h third/z.c
    src/gen/unique.h tests/test_util.c a/lone.h b/lone.c src/config.h core/inc/fs.hh core/source/fs.cc
  `;
  const rows: Parameters<typeof importTable>[2] = [
    ['src/main.c', 'util.h', 'src/util.h'],
    ['src/main.c', './net/../util.h', 'src/util.h'],
    ['src/main.c', 'net\\socket.cpp', 'src/net/socket.cpp'],
    ['src/net/socket.cpp', '../util.h', 'src/util.h'],
    ['src/net/socket.cpp', 'proj/net/socket.h', 'include/proj/net/socket.h'],
    ['src/net/socket.cpp', 'util.h', 'src/util.h'],
    ['src/main.c', 'proj/only.hpp', 'include/proj/only.hpp'],
    ['src/main.c', 'only.hpp', 'include/proj/only.hpp'],
    ['src/main.c', 'unique.h', 'src/gen/unique.h'],
    ['src/main.c', 'elsewhere/x/deep.h', 'lib/a/x/deep.h'],
    ['src/main.c', 'types.h'],
    ['src/main.c', 'a/types.h', 'lib/a/types.h'],
    ['lib/a/impl.c', 'types.h', 'lib/a/types.h'],
    ['lib/a/x/deep.h', 'types.h', 'lib/a/types.h'],
    ['tests/test_util.c', 'util.h', 'src/util.h'],
    ['src/main.c', '<proj/config.h>', 'include/proj/config.h'],
    ['src/main.c', '<zlib.h>', 'third/include/zlib.h'],
    ['src/main.c', '<config.h>'],
    ['src/main.c', '<util.h>'],
    ['src/main.c', '<vector>'],
    ['src/main.c', '../../outside.h'],
    ['src/util.c', '(none)', 'src/util.h'],
    ['src/util.h', '(none)', 'src/util.c'],
    ['src/net/socket.cpp', '(none)', 'include/proj/net/socket.h'],
    ['include/proj/net/socket.h', '(none)', 'src/net/socket.cpp'],
    ['core/inc/fs.hh', '(none)', 'core/source/fs.cc'],
    ['src/main.c', '(none)'],
    ['b/lone.c', '(none)'],
    ['src/util.c', 'util.h', 'src/util.h'],
  ];
  importTable('c', picture, rows);
  importTable('cpp', picture, rows.slice(0, 5));
});

describe('imports of C#', () => {
  const picture = `
    src/Acme.Shop/Models/Cart.cs src/Acme.Shop/Models/Item.cs src/Acme.Shop/Shop.cs src/Acme.Web/Controllers/Home.cs
    src/Acme.Web/Program.cs src/Acme.Web/Services/Mail/Sender.cs src/Acme.Web/Linq/Query.cs
    tools/Logging/Log.cs tools/Extensions/Logging/Ext.cs
  `;
  importTable('csharp', picture, [
    [
      'src/Acme.Web/Program.cs',
      'Acme.Shop.Models',
      'src/Acme.Shop/Models/Cart.cs src/Acme.Shop/Models/Item.cs',
    ],
    ['src/Acme.Web/Program.cs', 'Acme.Shop', 'src/Acme.Shop/Shop.cs'],
    ['src/Acme.Web/Program.cs', 'static Acme.Shop.Models.Cart', 'src/Acme.Shop/Models/Cart.cs'],
    ['src/Acme.Web/Program.cs', 'C = global::Acme.Shop.Models.Cart', 'src/Acme.Shop/Models/Cart.cs'],
    ['src/Acme.Web/Program.cs', 'My.Web.Services.Mail', 'src/Acme.Web/Services/Mail/Sender.cs'],
    ['src/Acme.Web/Controllers/Home.cs', 'My.Controllers'],
    ['src/Acme.Web/Program.cs', 'My.Controllers', 'src/Acme.Web/Controllers/Home.cs'],
    ['src/Acme.Web/Program.cs', 'My.Models'],
    ['src/Acme.Web/Program.cs', 'System.Linq'],
    ['src/Acme.Web/Program.cs', 'Microsoft.Extensions.Logging'],
    ['src/Acme.Web/Program.cs', 'Serilog'],
    ['src/Acme.Shop/Models/Cart.cs', '(none)', 'src/Acme.Shop/Models/Item.cs'],
    ['src/Acme.Shop/Shop.cs', '(none)'],
  ]);
});

describe('imports of Swift', () => {
  const picture = `
    Package.swift Main.swift Sources/Core/A.swift Sources/Core/B.swift Sources/App/main.swift Tests/CoreTests/T.swift
    Other/Core/X.swift
  `;
  importTable('swift', picture, [
    ['Sources/App/main.swift', 'Core', 'Sources/Core/A.swift Sources/Core/B.swift'],
    ['Sources/App/main.swift', 'struct Core.Point', 'Sources/Core/A.swift Sources/Core/B.swift : Point'],
    ['Sources/App/main.swift', 'Foundation'],
    ['Sources/Core/A.swift', '(none)', 'Sources/Core/B.swift'],
    ['Main.swift', '(none)'],
    ['Tests/CoreTests/T.swift', '(none)'],
  ]);
});
