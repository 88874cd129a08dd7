import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of Rust', () => {
  const picture = `
    Cargo.toml src/lib.rs src/main.rs src/shapes.rs src/geo/mod.rs src/geo/plane.rs src/text.rs src/text/rope.rs
    src/text/rope/node.rs src/bin/tool.rs src/bin/big/main.rs src/bin/big/part.rs tests/it.rs tests/common/mod.rs
    crates/my-core/Cargo.toml crates/my-core/src/lib.rs crates/my-core/src/model.rs build.rs
    tool/src/tool/lib.rs tool/src/tool/ops.rs tool/src/tool/ops/run.rs tool/src/bin/cli.rs src/text/tests/big.rs crates/other/src/a.rs crates/other/src/a/a.rs
  `;
  importTable(
    'rust',
    picture,
    [
      ['src/main.rs', 'shapes', 'src/shapes.rs'],
      ['src/main.rs', 'shapes::Circle', 'src/shapes.rs : Circle'],
      ['src/lib.rs', 'geo', 'src/geo/mod.rs'],
      ['src/text.rs', 'rope', 'src/text/rope.rs'],
      ['src/text/rope.rs', 'node', 'src/text/rope/node.rs'],
      ['src/geo/mod.rs', 'plane::{self, Line}', 'src/geo/plane.rs'],
      ['src/text/rope.rs', 'crate::shapes::{Circle, Square as S}', 'src/shapes.rs : Circle, Square'],
      ['src/text/rope.rs', 'crate::shapes::*', 'src/shapes.rs'],
      [
        'src/text/rope.rs',
        'crate::{geo::{plane::Line, Axis}, shapes, Top}',
        'src/geo/plane.rs : Line',
        'src/geo/mod.rs : Axis',
        'src/shapes.rs',
        'src/lib.rs : Top',
      ],
      ['src/text/rope.rs', 'crate::shapes::Kind::{A, B}', 'src/shapes.rs : Kind'],
      ['src/text/rope.rs', 'super::Cursor', 'src/text.rs : Cursor'],
      ['src/text/rope.rs', 'super::super::shapes::Circle', 'src/shapes.rs : Circle'],
      ['src/text/rope.rs', 'super::super::super::shapes'],
      ['src/text/rope.rs', 'self::node::Node', 'src/text/rope/node.rs : Node'],
      ['src/text/rope.rs', 'self::Kind::*'],
      ['src/geo/plane.rs', 'super::Axis', 'src/geo/mod.rs : Axis'],
      ['src/geo/mod.rs', 'super::shapes::Circle', 'src/shapes.rs : Circle'],
      ['src/geo/mod.rs', 'self::plane', 'src/geo/plane.rs'],
      ['src/shapes.rs', 'crate::geo::r#plane::Line', 'src/geo/plane.rs : Line'],
      ['src/shapes.rs', 'text::rope::Rope', 'src/text/rope.rs : Rope'],
      ['src/shapes.rs', 'std::collections::HashMap'],
      ['src/shapes.rs', 'my_core::model::Model', 'crates/my-core/src/model.rs : Model'],
      [
        'src/shapes.rs',
        '::my_core::{Core, model}',
        'crates/my-core/src/lib.rs : Core',
        'crates/my-core/src/model.rs',
      ],
      ['src/shapes.rs', 'my_core', 'crates/my-core/src/lib.rs'],
      ['crates/my-core/src/model.rs', 'crate::Core', 'crates/my-core/src/lib.rs : Core'],
      ['crates/my-core/src/lib.rs', 'crate::shapes'],
      ['src/main.rs', 'shop::text::Text', 'src/text.rs : Text'],
      ['src/main.rs', 'crate::Own'],
      ['tests/it.rs', 'common', 'tests/common/mod.rs'],
      ['tests/it.rs', 'shop::Top', 'src/lib.rs : Top'],
      ['src/bin/tool.rs', 'shop::shapes::*', 'src/shapes.rs'],
      ['src/bin/tool.rs', 'crate::shapes'],
      ['src/bin/big/main.rs', 'part', 'src/bin/big/part.rs'],
      ['src/bin/big/part.rs', 'crate::Main', 'src/bin/big/main.rs : Main'],
      ['tool/src/tool/ops/run.rs', 'crate::ops::{Run, run}', 'tool/src/tool/ops.rs : Run'],
      ['tool/src/tool/ops/run.rs', 'crate::Tool', 'tool/src/tool/lib.rs : Tool'],
      ['tool/src/bin/cli.rs', 'tool::ops::run', 'tool/src/tool/ops/run.rs'],
      ['src/text/tests/big.rs', 'crate::shapes::Circle', 'src/shapes.rs : Circle'],
      ['src/text/tests/big.rs', 'super::super::rope', 'src/text/rope.rs'],
      ['build.rs', 'shapes'],
      ['crates/other/src/a.rs', 'a::a::B', 'crates/other/src/a/a.rs : a'],
      ['src/shapes.rs', 'crate::{{{'],
      ['src/shapes.rs', 'crate::text::{'],
      ['src/shapes.rs', 'crate::text::{rope', 'src/text/rope.rs'],
    ],
    {
      crates: [
        { folder: '', name: 'shop', library: 'src/lib.rs' },
        { folder: 'crates/my-core', name: 'my-core', library: 'crates/my-core/src/lib.rs' },
        { folder: 'tool', name: 'tool', library: 'tool/src/tool/lib.rs' },
      ],
    },
  );
});
