import type { GrammarName } from '../../src/core/syntax/languages.ts';

/** Names that a language has without any import. */
interface Builtins {
  /** Names that stand for themselves: predeclared functions, types, values and macros. */
  readonly bare: ReadonlySet<string>;
  /** Names behind a dot: members of the basic types. */
  readonly members: ReadonlySet<string>;
}

function names(text: string): Set<string> {
  return new Set(text.split(/\s+/).filter((name) => name !== ''));
}

/** Constructors and namespaces of JavaScript whose members everyone uses, as this Node.js has them. */
const scriptObjects: readonly object[] = [
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Promise,
    Map,
    Set,
    WeakMap,
    RegExp,
    Date,
  ],
  ...[
    Error,
    ArrayBuffer,
    Uint8Array,
    URL,
    URLSearchParams,
    EventTarget,
    AbortController,
    AbortSignal,
    Headers,
  ],
  ...[Response, Request, ReadableStream, TextDecoder, Math, JSON, Reflect, Intl, console, process],
];

const script: Builtins = {
  bare: new Set(Object.getOwnPropertyNames(globalThis)),
  members: new Set(
    scriptObjects.flatMap((object) => {
      const prototype = 'prototype' in object ? (object.prototype as object) : {};
      return [...Object.getOwnPropertyNames(object), ...Object.getOwnPropertyNames(prototype)];
    }),
  ),
};

/** Go's predeclared identifiers, and the methods of its predeclared interface and of fmt.Stringer. */
const go: Builtins = {
  bare: names(`bool byte comparable complex64 complex128 error float32 float64 int8 int16 int32 int64 rune string uint
    uint8 uint16 uint32 uint64 uintptr true false iota append clear close complex copy delete imag make panic print
    println real recover`),
  members: names('Error String'),
};

/** Python's built-in functions and exceptions, and the methods of its strings, containers and files. */
const python: Builtins = {
  bare: names(`False True None NotImplemented Ellipsis aiter anext ascii bool breakpoint bytearray bytes callable
    classmethod compile complex delattr dict divmod enumerate eval exec filter float format frozenset getattr globals
    hasattr hash help input isinstance issubclass iter list locals memoryview next object open print property range
    repr reversed round setattr slice sorted staticmethod super tuple type vars zip self BaseException Exception
    ArithmeticError AssertionError AttributeError EOFError ImportError IndexError IOError KeyError KeyboardInterrupt
    LookupError ModuleNotFoundError NameError NotImplementedError OSError OverflowError RuntimeError StopIteration
    SyntaxError SystemExit TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError Warning
    DeprecationWarning UserWarning ZeroDivisionError`),
  members:
    names(`append extend insert remove clear index count sort reverse copy keys values items update popitem
    setdefault fromkeys union intersection difference issubset issuperset discard capitalize casefold center encode
    decode endswith expandtabs find format format_map isalnum isalpha isascii isdecimal isdigit isidentifier islower
    isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix
    replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper
    zfill read readline readlines write writelines close flush seek tell truncate fileno isatty send throw`),
};

/** Rust's prelude and macros, and methods of the standard library that code in any crate calls all the time. */
const rust: Builtins = {
  bare: names(`bool char i128 isize u128 usize Self self String Option Some None Result Vec Box ToString ToOwned Clone
    Copy Send Sync Sized Unpin Drop Default Iterator IntoIterator Extend DoubleEndedIterator ExactSizeIterator AsRef
    AsMut From Into TryFrom TryInto Debug PartialEq PartialOrd Hash FnOnce FnMut derive assert assert_eq assert_ne cfg
    column compile_error concat debug_assert debug_assert_eq debug_assert_ne eprint eprintln file format format_args
    include include_bytes include_str line matches module_path panic print println stringify todo unimplemented
    unreachable write writeln drop`),
  members:
    names(`abs all and_then any append as_bytes as_deref as_mut as_ptr as_ref as_slice as_str borrow borrow_mut
    bytes capacity chain chars checked_add checked_sub chunks clear clone cloned cmp collect contains contains_key
    copied copy_from_slice count dedup default deref deref_mut drain ends_with entry enumerate eq expect extend
    extend_from_slice fill filter filter_map find find_map first flat_map flatten fmt fold from from_utf8 get_mut
    get_or_insert_with hash insert into into_boxed_slice into_inner into_iter is_empty is_err is_none is_ok is_some iter
    iter_mut join last leak len lock map_err max_by_key min_by_key next nth ok_or ok_or_else parse partial_cmp peek
    pop_front pop_back position push push_back push_front push_str read remove repeat replace reserve resize retain rev
    saturating_sub skip sort sort_by split split_at split_first splice starts_with sum swap swap_remove take take_while
    then_some to_lowercase to_owned to_string to_vec trim truncate try_from try_into unwrap unwrap_or unwrap_or_default
    unwrap_or_else with_capacity wrapping_add wrapping_sub write zip`),
};

/** Of the languages that the repositories are in. */
const builtins: Readonly<Partial<Record<GrammarName, Builtins>>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  go,
  python,
  rust,
};

/** Whether a name means something that the language itself has, as far as can be told from what stands before it. */
export function isBuiltin(language: GrammarName, name: string, before: string): boolean {
  const own = builtins[language];
  return own !== undefined && (/(\.|::)\s*$/.test(before) ? own.members : own.bare).has(name);
}
